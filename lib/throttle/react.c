#include "throttle/react.h"
#include "failure/words.h"
#include "queue/replyfailure.h"
#include <inttypes.h>

void
react_open(struct react *r, const char *confdir, uint64_t seed)
{
	memset(r, 0, sizeof *r);
	failuretable_open(&r->classes, confdir);
	replytable_open(&r->replies, confdir);
	r->closed.seed = seed;
}

/* a host has refused it */
static int
refused(const struct ltsv *l)
{
	struct slice status = ltsv_slice(l, "status");

	return (word_is(status, "deferred") || word_is(status, "bounced")) &&
	    ltsv_slice(l, "host").n > 0 &&
	    !word_is(ltsv_slice(l, "doubt"), "1");
}

/* what it is called; where a link knew better, by that */
static void
name(struct react *r, const struct ltsv *l, struct slice text,
    struct failure *out)
{
	struct failure_facts f = { .esc = ltsv_slice(l, "esc"),
		.text = text,
		.host = ltsv_slice(l, "host"),
		.phase = ltsv_slice(l, "class"),
		.event = ltsv_slice(l, "status") };
	struct slice known = ltsv_slice(l, "failure");
	uint64_t code;

	if (ltsv_num(l, "code", 100, 999, &code) == 0)
		f.code = (unsigned)code;
	failuretable_look(&r->classes, &f, out);
	if (known.n > 0 && known.n <= FAILURE_CLASS_MAX) {
		memcpy(out->class, known.p, known.n);
		out->class[known.n] = '\0';
	}
}

static void
look(struct react *r, const struct react_case *c, struct failure *failure,
    struct reply *out)
{
	char room[WORDS_TEXT_MAX];
	const struct ltsv *l = c->result;
	struct reply_facts f = { .host = ltsv_slice(l, "host"),
		.site = ltsv_slice(l, "site"),
		.provider = ltsv_slice(l, "provider"),
		.via = ltsv_slice(l, "via"),
		.failure = failure };

	f.text = replyfailure_plain(ltsv_slice(l, "text"), room, sizeof room);
	name(r, l, f.text, failure);
	replytable_look(&r->replies, &f, out);
}

/* the label is said anew, or is ours alone */
static int
replaced(const struct ltsv_field *f, const struct replyact *a)
{
	struct slice label = { f->label, f->label_len };

	return word_is(label, "reply-rule") || word_is(label, "reply-does") ||
	    word_is(label, "hold") || word_is(label, "avoid-src") ||
	    word_is(label, "use-pool") ||
	    (a->verdict != REPLYACT_AS_IS && word_is(label, "status")) ||
	    (a->retry_s != 0 && word_is(label, "next"));
}

/* from where the next attempt is not to go, or is: as long as there is one */
static int
put_source(struct buf *out, const struct react_case *c,
    const struct replyact *a)
{
	if (a->verdict == REPLYACT_AS_IS &&
	    word_is(ltsv_slice(c->result, "status"), "bounced"))
		return 0;
	if (a->pool.n > 0)
		return ltsv_put(out, "use-pool", a->pool.p, a->pool.n);
	if (!a->other || c->who == NULL || c->who->src.n == 0)
		return 0;
	/* as it stood in the job */
	return buf_puts(out, "\tavoid-src:") == -1 ||
		buf_put(out, c->who->src.p, c->who->src.n) == -1
	    ? -1
	    : 0;
}

static int
put(struct buf *out, const struct react_case *c, const struct reply *r,
    const char *rule, int64_t next_us)
{
	const struct ltsv *l = c->result;
	const struct replyact *a = &r->act;
	unsigned i;
	int bad = 0;

	for (i = 0; i < l->n; i++)
		if (!replaced(&l->f[i], a))
			bad |= ltsv_copy(out, &l->f[i]);
	if (a->verdict != REPLYACT_AS_IS)
		bad |= ltsv_puts(out, "status",
		    a->verdict == REPLYACT_BOUNCE ? "bounced" : "deferred");
	if (a->verdict == REPLYACT_HOLD)
		bad |= ltsv_puts(out, "hold", "1");
	if (a->retry_s != 0)
		bad |= buf_printf(out, "\tnext:%" PRId64, next_us / 1000000);
	bad |= put_source(out, c, a);
	bad |= ltsv_puts(out, "reply-rule", rule);
	bad |= ltsv_put(out, "reply-does", r->does.p, r->does.n);
	bad |= ltsv_end(out);
	return bad == 0 ? 0 : -1;
}

int
react_result(struct react *r, const struct react_case *c, uint32_t dice,
    int64_t wall_us, int64_t now_us, struct buf *out, struct react_done *done)
{
	const struct ltsv *l = c->result;
	char rule[CLOSURES_RULE_ROOM + 1];
	struct closures_said said;
	struct failure failure;
	struct reply reply;
	int64_t pause_us;

	memset(done, 0, sizeof *done);
	if (!refused(l))
		return 0;
	look(r, c, &failure, &reply);
	done->slow = word_is(ltsv_slice(l, "status"), "deferred") &&
	    strcmp(failure.class, "rate-limited") == 0;
	if (reply.line == 0 || reply.act.none)
		return 0;
	closures_rule(rule, reply.line);
	if (reply.act.least_s != 0 && c->who != NULL) {
		said.code = ltsv_slice(l, "code");
		said.esc = ltsv_slice(l, "esc");
		said.host = ltsv_slice(l, "host");
		said.text = ltsv_slice(l, "text");
		done->closed = closures_close(&r->closed, &reply.act, rule,
		    c->who, &said, c->started_us, now_us);
	}
	pause_us = reply.act.retry_s * INT64_C(1000000);
	pause_us += pause_us / 10 * (dice % 1000) / 1000;
	done->changed = 1;
	return put(out, c, &reply, rule, wall_us + pause_us);
}
