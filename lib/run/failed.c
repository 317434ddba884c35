#include "run/run.h"
#include "base/num.h"
#include "chain/event.h"
#include "failure/words.h"
#include "queue/replyfailure.h"

void
failed_start(struct run *r)
{
	failuretable_open(&r->failed.table, r->retries.conf);
}

/* a link knew better; 0: it did not say so */
static int
known(const struct ltsv *l, struct failure *out)
{
	struct slice class = ltsv_slice(l, "failure");

	if (class.n == 0 || class.n > FAILURE_CLASS_MAX)
		return 0;
	memset(out, 0, sizeof *out);
	memcpy(out->class, class.p, class.n);
	out->hard = ltsv_find(l, "failure-type") == NULL
	    ? failure_class_hard(class) == 1
	    : word_is(ltsv_slice(l, "failure-type"), "hard");
	return 1;
}

void
failed_result(struct run *r, const struct ltsv *l, const char *event,
    struct failure *out)
{
	struct failure_facts f = { .event = { event, strlen(event) } };
	struct slice code = ltsv_slice(l, "code");
	char text[WORDS_TEXT_MAX];
	uint64_t u;

	if (known(l, out))
		return;
	if (num_scan(code.p, code.n, 100, 999, &u) == 0)
		f.code = (unsigned)u;
	f.esc = ltsv_slice(l, "esc");
	f.text = replyfailure_plain(ltsv_slice(l, "text"), text, sizeof text);
	f.host = ltsv_slice(l, "host");
	f.phase = ltsv_slice(l, "class");
	failuretable_look(&r->failed.table, &f, out);
}

void
failed_reply(struct run *r, const char *reply, size_t n, const char *event,
    struct failure *out)
{
	replyfailure(&r->failed.table, reply, n, event, out);
}

void
failed_replay(struct run *r, const char *id, unsigned n,
    const struct jobhead *c, enum message_state state, int64_t at_s)
{
	char reply[MESSAGE_REPLY_LEN];
	struct failure f;
	size_t len = 0;

	if (c != NULL && message_owes(state) && !message_sent(state))
		len = toline_reply(r, id, c->rcpt[n].offset, reply);
	rcptevent_replay(at_s, id, n, c, state);
	if (len > 0) {
		failed_reply(r, reply, len,
		    state == MESSAGE_BOUNCED ? "bounced" : "expired", &f);
		failed_put(&f);
		rcptevent_reply(reply, len);
	}
	event_end();
}

void
failed_put(const struct failure *f)
{
	event_puts("failure", f->class);
	event_puts("failure-type", f->hard ? "hard" : "soft");
}
