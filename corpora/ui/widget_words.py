"""What streamlit's own widgets say, in Chinese. `component/words.js` exchanges them where they appear."""

from __future__ import annotations

EXACT = {
    # files
    "Upload": "选择文件", "Add files": "再加文件", "Drag and drop files here": "把文件拖到这里", "Drag and drop a file here": "把文件拖到这里",
    "Browse files": "选择文件", "Upload directories": "选择文件夹", "Remove file": "移除",
    # inputs
    "Press Enter to apply": "按回车生效", "Press Enter to submit form": "按回车提交", "Press ⌘+Enter to apply": "按 ⌘+回车 生效",
    "Press Ctrl+Enter to apply": "按 Ctrl+回车 生效", "Clear entry": "清除", "Clear value": "清除", "Clear all": "全部清除",
    "Show password": "显示", "Hide password": "隐藏", "Increment": "加", "Decrement": "减", "Invalid input.": "填得不对",
    "Choose an option": "请选择", "Choose options": "请选择", "No results": "没有符合的", "No options to select": "没有可选的",
    "No options": "没有可选的", "Select all": "全选", "Select...": "请选择", "Open": "展开",
    "Choose date": "选择日期", "Clear date": "清除日期", "Choose date range": "选择日期范围", "Clear dates": "清除日期",
    # tables
    "Show/hide columns": "显示或隐藏列", "Download as CSV": "下载 CSV", "Search": "查找", "Type to search": "输入要找的字",
    "Close Search": "关闭查找", "Previous Result": "上一处", "Next Result": "下一处", "Fullscreen": "全屏", "Close fullscreen": "退出全屏",
    "Copy column name": "复制列名", "Sort ascending": "升序", "Sort descending": "降序", "Statistics": "统计", "Format": "格式",
    "Autosize": "适合宽度", "Pin column": "固定此列", "Unpin column": "取消固定", "Hide column": "隐藏此列", "Automatic": "自动",
    "Localized": "本地习惯", "Plain": "原样", "Compact": "简写", "Dollar": "美元", "Euro": "欧元", "Percent": "百分比",
    "Scientific": "科学计数", "Accounting": "会计", "Distance": "相对时间", "Calendar": "日历", "Count": "个数", "Empty": "空",
    "Distinct": "不同值", "Average": "均值", "Standard deviation": "标准差", "Minimum": "最小", "Median": "中位数", "Maximum": "最大",
    "Minimum length": "最短", "Maximum length": "最长", "Average length": "平均长度", "No data": "没有数据", "Based on sample": "据抽样",
    "Dataframe column menu": "列菜单",
    # charts and code
    "Show data": "看数据", "Show chart": "看图", "Download as PNG": "下载图片", "Copy Vega-Lite spec": "复制图的定义",
    "Copy to clipboard": "复制", "Copied": "已复制",
    # frame
    "Running...": "正在处理…", "Stop": "停止", "Stopping...": "正在停止…", "Connecting": "正在连接", "Please wait...": "请稍候…",
    "Expand sidebar": "展开边栏", "Collapse sidebar": "收起边栏", "Skip to main content": "跳到正文", "Close": "关闭",
    "Page not found": "没有这一页", "Connection error": "连接断开",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:": "工作台停了。在终端里重新启动：",
    "Streamlit server is not responding. Are you connected to the internet?": "工作台没有应答，请检查它是否还在运行。",
}  # fmt: skip
"""What a widget says → what it says here."""

FORMS = [
    [r"^Limit (.+) per file.*$", "每个文件不超过 $1"], [r"^(\d[\d.]* ?[KMGT]?B) per file$", "每个文件不超过 $1"], [r"^Add: (.+)$", "添加：$1"],
    [r"^Select (\d+) matches$", "选中符合的 $1 个"], [r"^Remove (.+)$", "移除 $1"],
    [r"^You have requested page .+ Running the app's main page\.$", "没有这一页，已回到首页。"],
    [r"^The page that you have requested does not seem to exist\. Running the app's main page\.$", "没有这一页，已回到首页。"],
    [r"^File must be (.+) or smaller\.$", "文件不能超过 $1"],
]  # fmt: skip
"""Patterns, as JavaScript reads them, for what holds a number or a name."""
