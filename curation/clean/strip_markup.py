"""`strip_markup`: HTML, Markdown and LaTeX go, the readable text stays.

Line-like tags become a line break, table cells a tab, and where nothing would be left between two digits a space
is: numbers of neighbouring cells never join. Superscripts keep their meaning (10<sup>9</sup> → 10^9).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from curation.clean import html_marks, latex_marks, markdown_marks, revision
from curation.rewriting import Rewrite
from curation.step import Context, Rewriter
from quality.triggers import Trigger


_HTML_CUE = r"<[!/?A-Za-z]|&[#A-Za-z]|\]\]>"
"""What every HTML mark holds: strings without it need no look in Python."""


class StripMarkup(Rewrite):
    """去除标记：HTML、Markdown、LaTeX / strip HTML, Markdown and LaTeX, keep the text."""

    step: Literal["strip_markup"] = "strip_markup"
    triggers: ClassVar[Trigger] = Trigger.MARKUP
    removals: ClassVar[frozenset[str]] = frozenset({"html", "entity", "markdown", "latex"})

    html: bool = Field(True, description="去除 HTML 标签、注释、脚本，还原实体 / HTML tags, comments, scripts, entities")
    markdown: bool = Field(True, description="去除 Markdown 的标题、强调、链接、代码与表格标记 / Markdown marks")
    latex: bool = Field(True, description="去除 LaTeX 命令与环境，符号还原为字符 / LaTeX commands, environments, symbols")

    def rewriter(self, context: Context) -> Rewriter:
        """Strings → strings without marks."""
        if not (self.markdown or self.latex):
            return revision.only_where(_HTML_CUE, revision.rewriter([html_marks.find]))
        chosen = ((self.html, html_marks.find), (self.markdown, markdown_marks.find), (self.latex, latex_marks.find))
        return revision.rewriter([find for wanted, find in chosen if wanted])
