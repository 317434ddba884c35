#include "run/doubtful.h"
#include "base/clock.h"
#include "format/ltsv.h"
#include "run/run.h"
#include <string.h>

int
doubtful_ends(const struct run *r, uint32_t x, const struct retry *retry)
{
	const struct doubtword *d = &retry->doubt;

	return d->never || (d->once && r->s.rcpt[x].flags & RUN_DOUBT);
}

int64_t
doubtful_pause_ms(const struct run *r, uint32_t x, const struct retry *retry)
{
	return retry->doubt.wait_s > 0 ? (int64_t)retry->doubt.wait_s * 1000
				       : retries_pause_ms(r, x, retry);
}

/* what the table has for one who is in doubt; 0: he is not */
static int
words_of(struct run *r, uint32_t x, struct doubtword *out)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	struct retry_case last;
	struct retry retry;

	if (!(p->flags & RUN_DOUBT) || r->retries.conf == NULL)
		return 0;
	failkind_case(&r->lifetime.kinds, p->class, &last);
	retries_of(r, x, &last, &retry);
	*out = retry.doubt;
	return 1;
}

int64_t
doubtful_next(struct run *r, uint32_t x, int64_t next_s)
{
	int64_t now = clock_wall_s();
	struct doubtword d;

	return next_s <= now && words_of(r, x, &d) ? now + d.wait_s : next_s;
}

int
doubtful_is_over(struct run *r, uint32_t x)
{
	struct doubtword d;

	return words_of(r, x, &d) && d.never;
}

int
doubtful_job(struct run *r, uint32_t x, uint32_t offset, struct buf *out)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	char reply[MESSAGE_REPLY_LEN];
	struct slice rest = { reply, 0 }, host;
	struct doubtword d;

	if (!words_of(r, x, &d) || !d.same)
		return 0;
	/* "ESC HOST TEXT" */
	rest.n = toline_reply(r, r->s.message[p->message].id, offset, reply);
	if (!word_piece(&rest, ' ', &host) || !word_piece(&rest, ' ', &host) ||
	    host.n == 0 || word_is(host, "-"))
		return 0;
	out->end--; /* the LF */
	if (ltsv_put(out, "doubt-host", host.p, host.n) == -1)
		return -1;
	return ltsv_end(out);
}
