#include "queue/audit.h"
#include "queue/auditgroup.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* any log, any queue, any journal: the books always balance */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static uint64_t said;

static void
found(void *arg, enum audit_kind kind, const char *id, unsigned n,
    const char *text)
{
	(void)arg;
	(void)n;
	assert(strlen(id) == 20 && text != NULL);
	said += kind <= AUDIT_ASIDE;
}

static void
add(void *arg, const struct auditgroup *g)
{
	const struct audit_balance *b = g->sum;
	uint64_t *accepted = arg;

	assert(b->accepted > 0 && b->unannounced == 0 &&
	    b->accepted ==
		b->queued + b->sent + b->bounced + b->expired + b->deleted +
		    b->lost);
	*accepted += b->accepted;
}

/* the groups are all of it */
static void
grouped(const struct audit *a, const struct audit_balance *b)
{
	uint64_t accepted;
	unsigned by;

	for (by = 0; by < 4; by++) {
		accepted = 0;
		assert(auditgroup_all(a, by, add, &accepted) == 0 &&
		    accepted == b->accepted);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct audit a = { .by_tenant = 1 };
	struct audit_balance b;
	char *copy = malloc(size + 1), *p = copy, *e, *end = copy + size;

	memcpy(copy, data, size);
	for (; p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		if (e == NULL)
			e = end;
		assert(audit_event(&a, p, e - p) == 0);
		if (e - p > 24 && p[0] == 'Q')
			assert(audit_file(&a, "0000000000a000000000",
				   (unsigned char)p[1], p[2]) == 0);
		if (e - p > 24 && p[0] == 'J')
			assert(audit_journal(&a, "0000000000a000000000",
				   (unsigned char)p[1], p[2]) == 0);
		if (e - p > 2 && p[0] == 'U')
			audit_file_end(&a, (unsigned char)p[1] % 3, p[2]);
	}
	audit_log_end(&a, size % 4, 0);
	said = 0;
	audit_balance(&a, &b, found, NULL);
	assert(b.accepted ==
	    b.queued + b.sent + b.bounced + b.expired + b.deleted + b.lost);
	assert(said == b.lost + b.unexplained);
	grouped(&a, &b);
	audit_free(&a);
	free(copy);
	return 0;
}
