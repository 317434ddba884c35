#include "accept/acceptroom.h"
#include "base/die.h"
#include <stdio.h>
#include <string.h>

enum acceptroom_verdict
acceptroom_ask(struct acceptroom *m, const char *socket, const struct buf *env,
    uint64_t bytes)
{
	enum acceptcall_trouble trouble = acceptcall_open(&m->call, socket);
	struct acceptwire_answer a;

	acceptenv_read(&m->env, env);
	m->q = (struct acceptwire_question){ .what = ACCEPTWIRE_RCPT,
		.txn = 1,
		.rcpts = m->env.rcpts,
		.bytes = bytes };
	memcpy(m->q.value, m->env.value, sizeof m->q.value);
	if (trouble == ACCEPTCALL_OK)
		trouble = acceptcall(&m->call, &m->q, &a);
	if (trouble != ACCEPTCALL_OK) {
		snprintf(m->text, sizeof m->text, "%s: %s", socket,
		    acceptcall_text(trouble));
		return ACCEPTROOM_LATER;
	}
	if (a.status == ACCEPTWIRE_OK)
		return ACCEPTROOM_YES;
	snprintf(m->text, sizeof m->text, "%s %s", a.esc, a.text);
	return a.code >= 500 ? ACCEPTROOM_NO : ACCEPTROOM_LATER;
}

void
acceptroom_tell(struct acceptroom *m, const char *socket, int accepted)
{
	enum acceptcall_trouble trouble;
	struct acceptwire_answer a;

	m->q.what = accepted ? ACCEPTWIRE_DONE : ACCEPTWIRE_DROP;
	trouble = acceptcall(&m->call, &m->q, &a);
	if (trouble != ACCEPTCALL_OK)
		warn("%s: %s: a message may count that was not taken, or not "
		     "though it was",
		    socket, acceptcall_text(trouble));
}

void
acceptroom_close(struct acceptroom *m)
{
	acceptcall_close(&m->call);
}
