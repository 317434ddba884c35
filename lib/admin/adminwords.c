#include "admin/adminwords.h"
#include "base/exit.h"
#include "conf/word.h"

/* nothing has matched */
static unsigned
of_none(const struct adminwords *w)
{
	switch (w->form) {
	case ADMINCALL_ONE: return w->one || !w->printed ? 404 : 200;
	case ADMINCALL_BYTES: return 404;
	default: return 200;
	}
}

/* it was asked for what is none, or refuses it */
static unsigned
of_perm(const struct adminwords *w)
{
	if (w->form == ADMINCALL_BYTES)
		return 404;
	/* a file in the queue that is no message spoils no list of the others */
	return w->form == ADMINCALL_MESSAGE ||
		(w->printed && w->form != ADMINCALL_ONE)
	    ? 200
	    : 400;
}

/* of a log a part could not be read */
static unsigned
of_temp(const struct adminwords *w)
{
	return w->printed &&
		(w->form == ADMINCALL_EVENTS || w->form == ADMINCALL_COUNTS ||
		    w->form == ADMINCALL_MESSAGE)
	    ? 200
	    : 503;
}

unsigned
adminwords_status(const struct adminwords *w, enum adminrun_end end)
{
	switch (end) {
	case ADMINRUN_ENOUGH: return 200;
	case ADMINRUN_LATE: return 504;
	case ADMINRUN_LARGE: return 500;
	case ADMINRUN_FAILED: return 503;
	case ADMINRUN_ENDED: break;
	}
	switch (w->status) {
	case EXIT_OK: return 200;
	case EXIT_NONE: return of_none(w);
	case EXIT_PERM: return of_perm(w);
	default: return of_temp(w);
	}
}

struct slice
adminwords_why(const char *err, size_t n)
{
	static const char *const severities[] = { "fatal", "warning", "info" };
	struct slice rest = { err, n }, line, word, tail;

	if (n == 0 || !word_piece(&rest, '\n', &line))
		return (struct slice){ NULL, 0 };
	rest = line;
	/* PROGRAM: fatal: ...; others have a file there */
	if (!word_piece(&rest, ':', &word) || rest.p == NULL)
		return line;
	tail = slice_trim(rest);
	rest = tail;
	if (word_piece(&rest, ':', &word) && rest.p != NULL &&
	    ascii_which(severities, 3, word.p, word.n) != -1)
		return slice_trim(rest);
	return tail;
}

const char *
adminwords_text(unsigned status)
{
	switch (status) {
	case 400: return "that is refused";
	case 404: return "there is no such message";
	case 500: return "the answer is too large";
	case 504: return "it took too long";
	default: return "it cannot be done now";
	}
}
