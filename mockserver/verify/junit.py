"""The JUnit file, with one test case per statement."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from mockserver.errors import UsageError
from mockserver.record.output_file import OutputFile
from mockserver.verify.findings import Result, Verdict
from mockserver.verify.report import documented, in_short
from mockserver.verify.run import ContractReport

_SUITE: Final = "animeloop-mock verify"
# Characters that XML 1.0 forbids, even escaped (section 2.2).
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def of_report(report: ContractReport) -> ET.Element:
    """Return a JUnit document with a test case for each statement."""
    suites, suite = _suite(
        tests=len(report.results),
        failures=len(report.of(Verdict.FAIL)),
        skipped=len(report.of(Verdict.SKIPPED)),
    )
    for result in report.results:
        _add_case(suite, result)
    return suites


def of_error(message: str) -> ET.Element:
    """Return a JUnit document with one error, for a run without results."""
    suites, suite = _suite(tests=1, errors=1)
    case = ET.SubElement(suite, "testcase", classname="verify", name="target")
    ET.SubElement(case, "error", message=_xml(message))
    return suites


def _suite(**counts: int) -> tuple[ET.Element, ET.Element]:
    suites = ET.Element("testsuites", name=_SUITE)
    numbers = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0} | counts
    texts = {name: str(number) for name, number in numbers.items()}
    return suites, ET.SubElement(suites, "testsuite", {"name": _SUITE, **texts})


def _add_case(suite: ET.Element, result: Result) -> None:
    check = result.check
    case = ET.SubElement(suite, "testcase", classname=f"verify.{check.group}", name=check.name)
    if result.verdict is Verdict.SKIPPED:
        ET.SubElement(case, "skipped", message=_xml(result.reason))
    elif result.verdict is Verdict.ACCEPTED:
        ET.SubElement(case, "system-out").text = _xml(f"accepted: {in_short(result)}")
    elif result.verdict is Verdict.FAIL:
        failure = ET.SubElement(case, "failure", message=_xml(documented(check)), type="drift")
        failure.text = _xml(
            "\n".join(
                f"sent: {drift.sent}\nexpected: {drift.expected}\ncame: {drift.came}\n"
                for drift in result.drifts
            )
        )


def _xml(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


class JunitFile:
    """The JUnit file of a run. Entering opens it, before any request is sent.

    If `path` is None, entering and `write` do nothing. Both raise UsageError if the file system
    refuses. It is no error if the reader of a FIFO closes it.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file = None if path is None else OutputFile(path)

    def __enter__(self) -> JunitFile:
        if self._file is not None:
            try:
                self._file.open()
            except OSError as error:
                raise self._refused(error) from None
        return self

    def write(self, document: ET.Element) -> None:
        """Write the document as `OutputFile` does."""
        if self._file is None:
            return
        ET.indent(document)
        text: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
        try:
            self._file.write(text)
        except BrokenPipeError:
            return
        except OSError as error:
            raise self._refused(error) from None

    def __exit__(self, *_exception: object) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._file.close()

    def _refused(self, error: OSError) -> UsageError:
        return UsageError(f"--junit {self._path}: {error.strerror or error}")
