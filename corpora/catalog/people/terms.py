"""Terms of people and access: key → (中文 label, one-line meaning), beside `corpora.vocabulary`."""

from __future__ import annotations

from corpora.vocabulary import Term

ROLES: dict[str, Term] = {
    "owner": Term("所有者", "管理数据集的设置、删除与开放，可写"),
    "curator": Term("编目员", "发布与写入，把核验过的数据集开放"),
    "reviewer": Term("复核员", "读数据集，复核个人信息的处理"),
    "officer": Term("数据安全官", "批准、拒绝与收回下载申请，签字"),
    "auditor": Term("审计员", "看审计日志与数据集的说明；受控数据集的文件要申请"),
    "developer": Term("模型开发者", "读数据集；受控数据集的文件要申请"),
}

SCOPES: dict[str, Term] = {
    "read": Term("只读", "下载与查看"),
    "write": Term("可写", "下载、上传与改设置，以本人的角色为限"),
}

STATES: dict[str, Term] = {
    "requested": Term("待批", "已申请，等数据安全官决定"),
    "approved": Term("有效", "已批准，未到期"),
    "ended": Term("已到期", "批准过，期限已过"),
    "refused": Term("已拒绝", "数据安全官没有同意"),
    "revoked": Term("已收回", "批准过，又收回了"),
}
