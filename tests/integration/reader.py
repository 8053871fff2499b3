"""What has arrived of an XML stream, cut into elements."""
import xml.etree.ElementTree as ET


class Reader:
    """Elements at depth one out of a byte stream. Fed up to the last '>' that has arrived, so that
    expat, which may put off looking at an unfinished token, always sees finished ones."""

    def __init__(self):
        self.parser = ET.XMLPullParser(("start", "end"))
        self.depth, self.root, self.rest = 0, None, b""

    def feed(self, octets):
        whole, mark, self.rest = (self.rest + octets).rpartition(b">")
        if mark:
            self.parser.feed(whole + mark)
        for event, element in self.parser.read_events():
            if event == "start":
                self.depth += 1
                if self.depth == 1:
                    self.root = element
                    yield element
            else:
                self.depth -= 1
                if self.depth == 1:
                    self.root.remove(element)
                    yield element
                elif self.depth == 0:
                    yield None
