#include "audittest.h"
#include <stdlib.h>

/* more messages than one allocation holds, in any order */
static void
many_messages(void)
{
	enum { N = 3000 };
	static struct audit_message *m[N];
	struct audit a = { .stops = 0 };
	char id[NAME_LEN + 1];
	unsigned i, bad = 0;

	for (i = 0; i < N; i++) {
		name_make(id, 1700000000000000 + i * 7919 % N, 7, 0);
		bad += audit_find(&a, id) != NULL;
		m[i] = audit_get(&a, id);
		bad += m[i] == NULL || memcmp(m[i]->id, id, NAME_LEN) != 0;
	}
	is_num(bad, 0, "3,000 messages, none was known");
	for (i = 0; i < N; i++) {
		name_make(id, 1700000000000000 + i * 7919 % N, 7, 0);
		bad += audit_find(&a, id) != m[i] || audit_get(&a, id) != m[i];
	}
	is_num(bad, 0, "each is found where it was put");
	name_make(id, 1700000000000000 + N, 7, 0);
	ok(audit_find(&a, id) == NULL, "and no other");
	audit_free(&a);
	ok(audit_find(&a, id) == NULL, "nor anything in books that are empty");
}

static void
many_recipients(void)
{
	struct audit a = { .stops = 0 };
	struct audit_message *m = audit_get(&a, A);
	struct audit_balance b;
	unsigned n, bad = 0;

	m->accepted = MESSAGE_RCPTS_MAX;
	for (n = 0; n < MESSAGE_RCPTS_MAX; n += 2)
		audit_file(&a, A, n, MESSAGE_QUEUED);
	audit_balance(&a, &b, NULL, NULL);
	ok(b.accepted == 100000 && b.queued == 50000 && b.lost == 50000,
	    "as many recipients as a message may have");
	audit_free(&a);

	/* room grows from those in the structure itself */
	m = audit_get(&a, A);
	for (n = 0; n < 100; n++) {
		bad += audit_widen(m, n) == -1 || audit_fates(m)[n].flags != 0;
		audit_fates(m)[n].flags = n;
	}
	for (n = 0; n < 100; n++)
		bad += audit_fates(m)[n].flags != n;
	is_num(bad, 0, "what is new is zero, what was there stays");
	audit_free(&a);
}

/* a message file, then the journal: the later one is right */
static void
queue(void)
{
	struct audit a = { .stops = 0 };
	struct audit_fate *f;

	audit_file(&a, A, 0, MESSAGE_HELD);
	audit_file(&a, A, 1, MESSAGE_EXPIRED);
	audit_file(&a, A, 2, MESSAGE_DELETED);
	f = audit_fates(audit_find(&a, A));
	is_num(f[0].flags, FATE_IN_QUEUE, "what is held is in the queue");
	ok(f[1].flags == FATE_OVER && f[1].stops == FATE_EXPIRED &&
		f[1].more == FATE_OWED,
	    "expired, and a report is owed");
	ok(f[2].flags == FATE_OVER && f[2].stops == FATE_DELETED &&
		f[2].more == FATE_IN_FILE,
	    "deleted, and nothing more to do");
	audit_file(&a, A, 0, MESSAGE_SENT);
	ok(f[0].flags == FATE_OVER && f[0].stops == FATE_SENT,
	    "sent, says the journal: it is in the queue no more");
	f[3].flags = FATE_BOUNCED;
	audit_file(&a, A, 3, MESSAGE_BOUNCED_SAID);
	ok(f[3].flags == (FATE_BOUNCED | FATE_OVER) && f[3].more == 0,
	    "one whose end the log has lacks nothing");
	is_num(audit_end_of(MESSAGE_QUEUED), 0, "waiting is no end");
	is_num(audit_aside(&a, B), 0, "another was set aside");
	ok(audit_find(&a, B)->aside, "which is known of it");
	audit_free(&a);
}

int
main(void)
{
	many_messages();
	many_recipients();
	queue();
	return done();
}
