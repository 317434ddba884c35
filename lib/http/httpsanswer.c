#include "http/httpsanswer.h"
#include "format/ltsv.h"
#include <string.h>

static const char *const faults[] = { "none", "address", "answer",
	"certificate", "large", "local" };
enum { FAULTS = sizeof faults / sizeof *faults };

int
httpsanswer_put(struct buf *b, const struct https_answer *a)
{
	int good = a->fault == HTTPS_GOOD;

	if (ltsv_puts(b, "fault", faults[a->fault]) == -1 ||
	    (a->status > 0 &&
		ltsv_putnum(b, "status", (uint64_t)a->status) == -1) ||
	    (a->type != NULL && ltsv_puts(b, "type", a->type) == -1))
		return -1;
	if ((good ? ltsv_putnum(b, "size", a->n)
		  : ltsv_puts(b, "text", a->text)) == -1 ||
	    ltsv_end(b) == -1)
		return -1;
	return good ? buf_put(b, a->body, a->n) : 0;
}

/* which fault it is; FAULTS: none of them */
static unsigned
fault_of(const struct ltsv *l)
{
	const struct ltsv_field *f = ltsv_find(l, "fault");
	unsigned i = 0;

	while (i < FAULTS && (f == NULL || !ltsv_is(f, faults[i])))
		i++;
	return i;
}

/* a label that may be missing; -1: longer than it can be */
static int
take(const struct ltsv *l, const char *label, char *room, size_t size,
    const char **value)
{
	*value = NULL;
	if (ltsv_find(l, label) == NULL)
		return 0;
	*value = room;
	return ltsv_get(l, label, room, size) == -1 ? -1 : 0;
}

int
httpsanswer_read(const char *p, size_t n, struct https_answer *a,
    struct httpsanswer_text *room)
{
	const char *end = n == 0 ? NULL : memchr(p, '\n', n);
	uint64_t status = 0, size;
	unsigned fault;
	struct ltsv l;

	if (end == NULL || ltsv_parse(p, (size_t)(end - p), &l) == -1 ||
	    (fault = fault_of(&l)) == FAULTS ||
	    (ltsv_find(&l, "status") != NULL &&
		ltsv_num(&l, "status", 1, 999, &status) == -1) ||
	    take(&l, "type", room->type, sizeof room->type, &a->type) == -1 ||
	    take(&l, "text", room->text, sizeof room->text, &a->text) == -1)
		return -1;
	a->fault = (enum https_fault)fault;
	a->status = (long)status;
	a->body = end + 1;
	a->n = n - (size_t)(a->body - p);
	if (fault != HTTPS_GOOD)
		return a->n == 0 && a->text != NULL ? 0 : -1;
	return ltsv_num(&l, "size", 0, a->n, &size) == 0 && size == a->n ? 0
									 : -1;
}
