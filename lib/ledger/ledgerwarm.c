#include "ledger/ledgerwarm.h"
#include "base/num.h"

/* a part of what is left, up to a byte; all of it where there is none */
static struct slice
upto(struct slice *rest, char c)
{
	const char *at = rest->n == 0 ? NULL : memchr(rest->p, c, rest->n);
	struct slice s = { rest->p, rest->n };

	if (at == NULL) {
		rest->n = 0;
		return s;
	}
	s.n = (size_t)(at - s.p);
	rest->n -= s.n + 1;
	rest->p = at + 1;
	return s;
}

static int
number(struct slice v, uint64_t max, uint64_t *out)
{
	return num_scan(v.p, v.n, 0, max, out);
}

/* days since 1970 of a date in the calendar of today (H. Hinnant,
 * days_from_civil): years begin in March, so a leap day is the last of one */
static int64_t
days(int64_t y, int64_t m, int64_t d)
{
	int64_t of_year;

	y -= m <= 2;
	of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return y * 365 + y / 4 - y / 100 + y / 400 + of_year - 719468;
}

static int
date(struct slice v, int64_t *day)
{
	struct slice y = upto(&v, '-'), m = upto(&v, '-');
	uint64_t a, b, c;

	if (number(y, 9999, &a) == -1 || number(m, 12, &b) == -1 ||
	    number(v, 31, &c) == -1 || b == 0 || c == 0)
		return -1;
	*day = days((int64_t)a, (int64_t)b, (int64_t)c);
	return 0;
}

/* FACTOR..END; a factor has up to two digits behind its dot */
static int
growth(struct ledger_warm *w, struct slice v)
{
	const char *dots = v.n == 0 ? NULL : memmem(v.p, v.n, "..", 2);
	struct slice factor = { v.p, 0 }, end, whole;
	uint64_t a, b = 0;

	if (dots == NULL)
		return -1;
	factor.n = (size_t)(dots - v.p);
	end = (struct slice){ dots + 2, v.n - factor.n - 2 };
	whole = upto(&factor, '.');
	if (number(whole, 10, &a) == -1 || factor.n > 2 ||
	    (factor.n > 0 && number(factor, 99, &b) == -1))
		return -1;
	w->percent = a * 100 + b * (factor.n == 1 ? 10 : 1);
	return w->percent <= 100 ? -1 : number(end, 1000000, &w->end);
}

int
ledgerwarm_parse(struct ledger_warm *w, struct slice v)
{
	struct slice plan = upto(&v, '/'), list = upto(&plan, '*'), piece;

	while (list.n > 0) {
		piece = upto(&list, ',');
		if (w->n == LEDGERCONF_WARM_MAX ||
		    number(piece, 1000000, &w->amount[w->n++]) == -1)
			return -1;
	}
	if (w->n == 0 || (plan.n > 0 && growth(w, plan) == -1))
		return -1;
	return date(v, &w->first_day);
}

uint64_t
ledgerwarm_amount(const struct ledger_warm *w, int64_t day)
{
	int64_t last = w->first_day + w->n - 1;
	uint64_t n = w->amount[w->n - 1], more;

	if (day < w->first_day)
		return 0;
	if (day <= last)
		return w->amount[day - w->first_day];
	for (; day > last; day--) {
		if (w->percent == 0 || n >= w->end)
			return LEDGER_NO_LIMIT;
		more = n * w->percent / 100;
		n = more > n ? more : n + 1;
		n = n < w->end ? n : w->end;
	}
	return n;
}
