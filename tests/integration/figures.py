"""The figures on the daemon's own port, read as strictly as Prometheus's text format 0.0.4 is written:
https://prometheus.io/docs/instrumenting/exposition_formats/"""
import re
import urllib.request

SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\d+(?:\.\d+)?)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')
PARTS = ("_bucket", "_sum", "_count")


class Figures:
    """kinds: of each family; samples: {(name, ((label, value), …)): number}."""

    def __init__(self, text):
        self.kinds, self.samples = {}, {}
        helped, family = set(), None
        assert text.endswith("\n"), "the last line has no end"
        for line in text[:-1].split("\n"):
            if line.startswith("# HELP "):
                name = line.split(" ")[2]
                assert name not in helped, f"two HELP lines: {name}"
                helped.add(name)
            elif line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                assert name not in self.kinds, f"two TYPE lines: {name}"
                assert name in helped, f"no HELP before: {line}"
                family, self.kinds[name] = name, kind
            else:
                self.take_sample(line, family)
        self.check_histograms()

    def take_sample(self, line, family):
        found = SAMPLE.match(line)
        assert found, f"no sample: {line!r}"
        name, labels, number = found[1], tuple(LABEL.findall(found[2] or "")), float(found[3])
        base = next((name.removesuffix(part) for part in PARTS if name.endswith(part)
                     and self.kinds.get(name.removesuffix(part)) == "histogram"), name)
        assert base == family, f"{name} stands among the lines of {family}"
        assert (name.endswith("_total")) == (self.kinds[base] == "counter"), name
        assert (name, labels) not in self.samples, f"twice: {line}"
        self.samples[name, labels] = number

    def check_histograms(self):
        """Buckets grow with their bounds, and the last is all."""
        series = {}
        for (name, labels), number in self.samples.items():
            if name.endswith("_bucket"):
                bound = dict(labels)["le"]
                rest = tuple(pair for pair in labels if pair[0] != "le")
                series.setdefault((name, rest), []).append((float(bound), number))
        for (name, rest), buckets in series.items():
            assert buckets == sorted(buckets), (name, rest)
            assert [n for _, n in buckets] == sorted(n for _, n in buckets), (name, rest)
            count = self.samples[name.removesuffix("_bucket") + "_count", rest]
            assert buckets[-1] == (float("inf"), count), (name, rest)
        histograms = {name for name, kind in self.kinds.items() if kind == "histogram"}
        assert histograms == {name.removesuffix("_bucket") for name, _ in series}, histograms

    def __call__(self, name, **labels):
        """The sum of the samples of that name that have these labels, of which there is one at least."""
        wanted = set(labels.items())
        found = [number for (known, has), number in self.samples.items()
                 if known == name and wanted <= set(has)]
        assert found, f"there is no {name} with {labels}"
        return sum(found)


def figures(daemon):
    """Fetched now; the daemon is configured with metrics.listen."""
    with urllib.request.urlopen(f"http://{daemon.configuration['metrics']['listen']}/metrics",
                                timeout=10) as answer:
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        return Figures(answer.read().decode())
