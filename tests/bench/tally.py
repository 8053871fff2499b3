"""What has held and what has not, told as it is seen and counted."""


class Tally:
    """Prints a line for each test, counts them."""

    def __init__(self):
        self.passed = self.failed = 0

    def tell(self, name, wrong=""):
        print(f"FAIL {name}: {wrong}" if wrong else f"ok   {name}", flush=True)
        self.failed += bool(wrong)
        self.passed += not wrong
