from lms.lib.sweeps import one_by_one


def test_one_that_fails_is_logged_and_keeps_back_no_other(caplog):
    done = []

    def do(number: int) -> None:
        done.append(10 // number)

    one_by_one([5, 0, 2], do, failed="Number %s did not work.")
    assert done == [2, 5]
    assert "Number 0 did not work." in caplog.text
    assert "ZeroDivisionError" in caplog.text
