"""Where a doubt begins is a choice of the county: dated parameters, each with our first value."""

from gongfang.core.parameters import Setting

PEOPLE_A_PHONE = Setting(
    "oversight.people_a_phone", 5, 1, 100
)  # the mission: more than five people on a phone
PHONE_DAYS = Setting("oversight.phone_days", 90, 1, 400)
PEOPLE_A_NUMBER = Setting("oversight.people_a_number", 4, 1, 100)  # a family of four may share one number
OLDEST_YEARS = Setting("oversight.oldest_years", 95, 70, 130)
SAME_PAY_DAYS = Setting("oversight.same_pay_days", 20, 1, 400)  # less than a month: monthly pay may be alike
SAME_PAY_PEOPLE = Setting("oversight.same_pay_people", 2, 1, 1_000)
SAME_HAND_INS = Setting("oversight.same_hand_ins", 3, 1, 1_000)
WITHOUT_PIECES_DAYS = Setting("oversight.without_pieces_days", 31, 1, 400)
CORRECTION_PERMILLE = Setting("oversight.correction_permille", 100, 0, 10_000)
MATERIAL_PERMILLE = Setting("oversight.material_permille", 100, 0, 1_000)
HOURS_A_DAY = Setting(
    "oversight.hours_a_day", 24, 8, 240
)  # of standard work that came out and back on one day
CHANCE_ONE_IN = Setting("oversight.chance_one_in", 1_000, 20, 1_000_000)
LOOP_STEPS = Setting("oversight.loop_steps", 5, 2, 8)
