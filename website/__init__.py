"""The documentation site: builds docs/ into site/, in English and Chinese.

`python -m website build` builds the site and fails on a broken link. `python -m website refresh`
writes the generated parts of the pages in docs/ anew: tables of calls, commands and scenarios.
"""
