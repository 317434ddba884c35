#include "accept/accepttool.h"
#include "accept/acceptcall.h"
#include "accept/acceptrule.h"
#include "base/ascii.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/num.h"
#include "format/ltsv.h"
#include <string.h>

static void
ask(const char *socket, struct acceptwire_question *q)
{
	static char more[LTSV_LINE_MAX];
	struct acceptwire_answer a;
	struct acceptcall c;
	enum acceptcall_trouble t = acceptcall_open(&c, socket);
	struct ltsv l;
	long n;

	if (t == ACCEPTCALL_OK)
		t = acceptcall(&c, q, &a);
	if (t == ACCEPTCALL_ENDED)
		die(EXIT_PERM, "%s: only its owner and root may ask", socket);
	if (t != ACCEPTCALL_OK)
		die(EXIT_TEMP, "unable to ask %s: %s", socket,
		    acceptcall_text(t));
	if (a.status != ACCEPTWIRE_OK)
		die(EXIT_PERM, "%s", a.text);
	if (ltsv_parse(buf_data(&c.line), buf_len(&c.line), &l) == -1)
		return;
	n = ltsv_get(&l, "more", more, sizeof more);
	if (n > 0 && fd_write_all(1, more, (size_t)n) == -1)
		die(EXIT_TEMP, "unable to write: %m");
}

void
accepttool_show(const char *socket, char *const labels[])
{
	struct acceptwire_question q = { .what = ACCEPTWIRE_SHOW, .rcpts = 1 };
	const char *colon;
	size_t n;
	int i;

	for (; *labels != NULL; labels++) {
		colon = strchr(*labels, ':');
		n = colon == NULL ? 0 : (size_t)(colon - *labels);
		i = ascii_which(acceptwire_keys, ACCEPTWIRE_KEYS, *labels, n);
		if (i == -1)
			die(EXIT_PERM,
			    "%s: not client:X, user:X, from:X or tenant:X",
			    *labels);
		q.value[i] = (struct slice){ colon + 1, strlen(colon + 1) };
	}
	ask(socket, &q);
}

void
accepttool_add(const char *socket, const char *key, const char *by)
{
	struct acceptwire_question q = { .what = ACCEPTWIRE_ADD };
	char lower[ACCEPTWIRE_VALUE_MAX + 1];
	size_t n = strlen(key);
	uint64_t u;

	if (n > ACCEPTWIRE_VALUE_MAX)
		die(EXIT_PERM, "%s: the key is too long", key);
	ascii_lower_copy(lower, key, n);
	q.key = (struct slice){ lower, n };
	if (by != NULL) {
		if ((by[0] != '+' && by[0] != '-') ||
		    num_scans(by + 1, 1, ACCEPT_CREDITS_MAX, &u) == -1)
			die(EXIT_PERM, "%s: not +N or -N", by);
		q.credits = by[0] == '-' ? -(int64_t)u : (int64_t)u;
	}
	ask(socket, &q);
}
