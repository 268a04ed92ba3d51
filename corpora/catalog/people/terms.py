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

DEEDS: dict[str, Term] = {
    "publish": Term("发布", "版本进入目录"),
    "create": Term("新建数据集", "空的数据集"),
    "commit": Term("提交", "文件的增删改"),
    "tag": Term("打标签", "给提交起名"),
    "untag": Term("删标签", "删去不是版本的标签"),
    "branch": Term("建分支", "从一个提交分出"),
    "unbranch": Term("删分支", "删去分支，提交仍在"),
    "settings": Term("改设置", "私有、受控等"),
    "verified": Term("核验通过", "提交里的封存版本逐项核验过"),
    "delete": Term("删除数据集", "没有发布版本的数据集"),
    "withdraw": Term("撤回", "关闭一个版本，写明原因"),
    "reopen": Term("重新开放", "取消撤回"),
    "restore": Term("恢复标签", "检查目录时按日志放回丢失的标签或墓碑"),
    "purge": Term("清除", "按删除请求清除内容，留下墓碑"),
    "forget": Term("登记删除请求", "今后的版本不再含这些行"),
    "gc": Term("回收", "删去无人引用的内容"),
    "pull": Term("拉取", "把一个版本拷到目录"),
    "pack": Term("打包", "把一个版本写成一个文件"),
    "unpack": Term("拆包", "从文件导入一个版本"),
    "receipt": Term("回执", "对方已导入"),
    "upload": Term("上传", "收到文件内容，提交之前还看不见"),
    "download": Term("下载", "发出文件内容"),
    "download_broken": Term("下载中断", "实际发出的字节数"),
    "refused": Term("未予答复", "没有权限、令牌无效或被拦下的请求"),
    "attest": Term("鉴证", "审计结果或签字"),
    "pii_review": Term("复核个人信息", "有权限的人对发现的决定"),
    "vault_open": Term("打开保管库", "依法还原"),
    "vault_refused": Term("保管库拒绝", "没有打开"),
    "preview": Term("预览", "在网页上看了前几行"),
    "sign_in": Term("登录", "用令牌登录网页"),
    "sign_out": Term("退出", "退出网页"),
    "run": Term("运行", "在工作台里开始一次运行"),
    "run_cancel": Term("取消运行", "在工作台里"),
    "run_resume": Term("接着运行", "在工作台里"),
    "draft_remove": Term("删除草稿", "连同为它上传的文件"),
    "annotate": Term("标注", "送出、取回或送去复核一批任务"),
    "recipe": Term("保存配方", "在工作台里改了配方"),
    "publish_by": Term("发布人", "旧日志里的一条：在工作台里发布的是谁"),
    "review": Term("复核行", "在工作台里对行的决定"),
    "user_add": Term("新增用户", ""),
    "user_disable": Term("停用用户", "令牌与授权随即无效"),
    "user_enable": Term("启用用户", ""),
    "org_add": Term("新增组织", ""),
    "role_give": Term("授予角色", ""),
    "role_take": Term("收回角色", ""),
    "token_add": Term("签发令牌", "日志里只有编号"),
    "token_revoke": Term("吊销令牌", ""),
    "grant_request": Term("申请下载", "写明用途"),
    "grant_approve": Term("批准申请", "写明到期日"),
    "grant_refuse": Term("拒绝申请", ""),
    "grant_revoke": Term("收回授权", ""),
    "move_out": Term("搬出数据库", "日志到此为止，在另一个数据库里继续"),
    "move_in": Term("搬入数据库", "人员与日志从另一个数据库来"),
}
"""What the audit log tells of."""
