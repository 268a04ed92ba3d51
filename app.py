"""The browser front door. The workbench pages arrive with a later edition; until then this page says what to type."""

from __future__ import annotations


def main() -> None:
    import streamlit as st

    st.set_page_config(page_title="语料工坊 Yuliao", page_icon="📚")
    st.title("语料工坊 Yuliao")
    st.write("网页工作台尚未上线。现在请使用命令行：")
    st.code("yuliao run healthcare\nyuliao releases\nyuliao --help", language="shell")


if __name__ == "__main__":
    main()
