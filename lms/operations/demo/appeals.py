"""What the demo's learners say to the marks of their answers, and what its instructor answered: each says that it is demo."""

# (words of the learner, answer of the instructor; empty while the appeal is open)
APPEALS = (
    ("Demo appeal: the lesson says it in other words, and by those my answer is right too.", ""),
    ("Demo appeal: our laboratory reports it as I answered.", ""),
    ("Demo appeal: I read the question as asking for the opposite.", ""),
    ("", ""),
    (
        "Demo appeal: both options are true, are they not?",
        "Demo answer: both are true, but only one of them answers what is asked. The mark stays.",
    ),
    (
        "Demo appeal: the guideline has been changed.",
        "Demo answer: the edition that the question names still says so. The mark stays.",
    ),
)
