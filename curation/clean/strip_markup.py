"""`strip_markup`: HTML, Markdown and LaTeX go, the readable text stays.

Line-like tags become a line break, table cells a tab, and where nothing would be left between two digits a space
is: numbers of neighbouring cells never join. Superscripts keep their meaning (10<sup>9</sup> → 10^9).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from curation.clean import html_marks, latex_marks, markdown_marks, revision
from curation.rewriting import Editor, Rewrite
from curation.step import Context
from quality.triggers import Trigger


class StripMarkup(Rewrite):
    """去除标记：HTML、Markdown、LaTeX / strip HTML, Markdown and LaTeX, keep the text."""

    step: Literal["strip_markup"] = "strip_markup"
    removals: ClassVar[frozenset[str]] = frozenset({"html", "entity", "markdown", "latex"})

    html: bool = Field(True, description="去除 HTML 标签、注释、脚本，还原实体 / HTML tags, comments, scripts, entities")
    markdown: bool = Field(True, description="去除 Markdown 的标题、强调、链接、代码与表格标记 / Markdown marks")
    latex: bool = Field(True, description="去除 LaTeX 命令与环境，符号还原为字符 / LaTeX commands, environments, symbols")

    @property
    def triggers(self) -> Trigger:  # type: ignore[override]
        """HTML alone has fewer marks to be looked for."""
        return Trigger.MARKUP if self.markdown or self.latex else Trigger.HTML

    def editor(self, context: Context) -> Editor:
        """Regular expressions, string by string."""
        chosen = ((self.html, html_marks.find), (self.markdown, markdown_marks.find), (self.latex, latex_marks.find))
        return revision.editor([find for wanted, find in chosen if wanted])
