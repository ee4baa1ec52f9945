from collections.abc import Mapping
from typing import Any


def key_of(kind: str, item: Mapping[str, Any]) -> Any:
    """Return the answer that the author of an item holds right, in the form in which its marker takes answers.

    Of several that earn full marks it is the first. An item that can be marked scores 1 for it, or its key is wrong.
    """
    match kind:
        case "single" | "multiple":
            return [option["id"] for option in item["options"] if option["is_correct"]]
        case "matching":
            return {pair["left"]: pair["right"] for pair in item["pairs"]}
        case "ordering":
            return item["items"]
        case "short_text":
            return next(iter(item["accept"]), None)
        case "vcf":
            return {ask["id"]: ask["answer"] for ask in item["asks"]}
        case "hgvs" | "hpo":
            return item["key"]
        case "gene_symbol":
            return item["approved"]
    return item["answer"]
