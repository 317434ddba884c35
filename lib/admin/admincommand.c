#include "admin/admincount.h"
#include "admin/adminjob.h"
#include "admin/adminlines.h"
#include "admin/adminrun.h"
#include "admin/adminwords.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/num.h"
#include "format/jsontext.h"
#include <stdlib.h>

/* calls that a program of ours answers */

static int
line_into(void *arg, const char *p, size_t n)
{
	return adminlines_add(arg, p, n);
}

static int
line_counted(void *arg, const char *p, size_t n)
{
	admincount_line(arg, p, n);
	return 1;
}

/* run a command for this job; what it prints goes where `run` says */
static enum adminrun_end
run(struct adminjob *j, const char *command, struct adminrun *r)
{
	struct adminargv a;
	enum adminrun_end end;

	if (adminargv_make(&a, command, &j->place, &j->params) == -1)
		die(EXIT_TEMP, "out of memory");
	end = adminrun(r, a.argv);
	adminargv_free(&a);
	return end;
}

/* a run that brought no answer: 1, and it is said; 0: it has */
static int
failed(struct adminjob *j, enum adminrun_end end, const struct adminrun *r,
    int printed)
{
	struct adminwords w = { .form = j->call->form,
		.status = r->status,
		.printed = printed,
		.one = adminparams_get(&j->params, "id", 0) != NULL };
	unsigned status = adminwords_status(&w, end);
	struct slice why = { NULL, 0 };

	if (status == 200)
		return 0;
	/* what a program complains of may name what is not his */
	if (j->right == ACCOUNT_YES || status == 400)
		why = adminwords_why(buf_data(&r->err), buf_len(&r->err));
	if (why.n == 0)
		adminanswer_fault(&j->answer, status, adminwords_text(status));
	else
		adminanswer_problem(&j->answer, status, why.p, why.n);
	if (status == 503)
		j->answer.retry_s = 5;
	return 1;
}

static unsigned
limit_of(struct adminjob *j)
{
	const char *v = adminparams_get(&j->params, "limit", 0);
	uint64_t n = ADMINLINES_DEFAULT;

	if (v != NULL)
		num_scans(v, 1, ADMINARGV_LIMIT_MAX, &n);
	return (unsigned)n;
}

/* lines as the form has them */
static void
serve_lines(struct adminjob *j)
{
	struct adminlines lines = { .form = j->call->form,
		.limit = limit_of(j),
		.after = adminparams_get(&j->params, "after", 0) };
	struct adminrun r = { .line = line_into, .arg = &lines };
	enum adminrun_end end;

	lines.filter.params =
	    j->call->takes & ADMINCALL_FILTER ? &j->params : NULL;
	lines.filter.tenant = j->place.tenant;
	if (j->call->takes & ADMINCALL_KEY) {
		lines.filter.key = adminparams_get(&j->params, "key", 0);
		lines.filter.org = j->right == ACCOUNT_OWN ? j->who.org : NULL;
	}
	end = run(j, j->call->command, &r);
	if (!failed(j, end, &r, lines.n > 0)) {
		if (end == ADMINRUN_ENDED && r.status == EXIT_TEMP)
			lines.more = lines.cut = 1;
		needs(adminlines_put(&lines, &j->answer.content));
	}
	adminlines_free(&lines);
	adminrun_free(&r);
}

/* how the instance is: who does not see all of it hears that alone */
static void
serve_state(struct adminjob *j)
{
	struct adminlines lines = { .form = ADMINCALL_STATE };
	struct adminrun r = {
		.line = line_into, .arg = &lines, .wait_ms = 5000
	};
	enum adminrun_end end = run(j, j->call->command, &r);

	if (end != ADMINRUN_ENDED || r.status != 0) {
		j->answer.status = 503;
		needs(buf_puts(&j->answer.content, "{\"status\":\"down\"}\n"));
	} else if (j->right == ACCOUNT_YES) {
		needs(adminlines_put(&lines, &j->answer.content));
	} else {
		needs(buf_puts(&j->answer.content, "{\"status\":\"up\"}\n"));
	}
	adminlines_free(&lines);
	adminrun_free(&r);
}

static void
serve_counts(struct adminjob *j)
{
	static const unsigned default_n[] = { 24, 30, 12, 12 };
	static struct admincount count;
	struct adminrun r = { .line = line_counted, .arg = &count };
	const char *scale = adminparams_get(&j->params, "scale", 0),
		   *last = adminparams_get(&j->params, "last", 0);
	int k = scale == NULL ? ADMINCOUNT_HOUR
			      : ascii_which(admincount_scales,
				    ADMINCOUNT_SCALES, scale, strlen(scale));
	uint64_t n = 0;
	enum adminrun_end end;

	if (k == -1) {
		adminanswer_fault(&j->answer, 400,
		    "scale: must be hour, day, week or month");
		return;
	}
	if (last == NULL)
		n = default_n[k];
	else
		num_scans(last, 1, ADMINCOUNT_BUCKETS_MAX, &n);
	admincount_init(&count, (enum admincount_scale)k, (unsigned)n,
	    clock_wall_s(), j->place.tenant);
	end = run(j, j->call->command, &r);
	if (!failed(j, end, &r, count.lines > 0))
		needs(admincount_put(&count, &j->answer.content,
		    r.status == 0 && count.lines < ADMINCOUNT_LINES_MAX));
	adminrun_free(&r);
}

/* a message: what the queue has of it, what the log has, or both */

/* 0, or 1: it is answered */
static int
look_queue(struct adminjob *j, struct adminlines *lines)
{
	struct adminrun r = { .line = line_into, .arg = lines };
	enum adminrun_end end;
	int bad;

	lines->form = ADMINCALL_LIST;
	lines->limit = ADMINARGV_LIMIT_MAX;
	end = run(j, "queue-list -a -l @queue @id", &r);
	bad = failed(j, end, &r, lines->n > 0);
	adminrun_free(&r);
	return bad;
}

static int
look_log(struct adminjob *j, struct adminlines *lines)
{
	struct adminrun r = { .line = line_into, .arg = lines };
	enum adminrun_end end;
	int bad;

	lines->form = ADMINCALL_EVENTS;
	lines->limit = ADMINARGV_LIMIT_MAX;
	/* what belongs to it may be somebody else's */
	lines->filter.tenant = j->place.tenant;
	if (j->right == ACCOUNT_OWN)
		lines->filter.id = adminparams_get(&j->params, "id", 0);
	end = run(j, "log-show -i @ID @logs", &r);
	bad = failed(j, end, &r, lines->n > 0);
	if (end == ADMINRUN_ENDED && r.status == EXIT_TEMP)
		lines->more = 1;
	adminrun_free(&r);
	return bad;
}

static void
put_message(struct adminjob *j, const struct adminlines *at,
    const struct adminlines *events)
{
	struct buf *b = &j->answer.content;

	needs(buf_printf(b, "{\"id\":\"%s\",\"recipients\":[\n",
	    adminparams_get(&j->params, "id", 0)));
	needs(buf_put(b, buf_data(&at->out), buf_len(&at->out)));
	needs(buf_puts(b, "\n],\"events\":[\n"));
	needs(buf_put(b, buf_data(&events->out), buf_len(&events->out)));
	needs(buf_printf(b, "\n],\"more\":%s}\n",
	    at->more || events->more ? "true" : "false"));
}

static void
serve_message(struct adminjob *j)
{
	struct adminlines at = { .n = 0 }, events = { .n = 0 };

	if (!look_queue(j, &at) && !look_log(j, &events)) {
		if (at.n == 0 && !events.found)
			adminanswer_fault(&j->answer, 404,
			    adminwords_text(404));
		else
			put_message(j, &at, &events);
	}
	adminlines_free(&at);
	adminlines_free(&events);
}

static void
serve_bytes(struct adminjob *j)
{
	struct adminrun r = { .line = NULL };
	enum adminrun_end end = run(j, j->call->command, &r);

	if (!failed(j, end, &r, buf_len(&r.out) > 0)) {
		j->answer.type = "message/rfc822";
		j->answer.content = r.out;
		memset(&r.out, 0, sizeof r.out);
	}
	adminrun_free(&r);
}

/* is the message his?  1, or 0: it is answered that there is none */
static int
is_his(struct adminjob *j)
{
	struct adminlines at = { .n = 0 };
	int r;

	if (!j->call->owned || j->right == ACCOUNT_YES)
		return 1;
	r = !look_queue(j, &at);
	if (r && at.n == 0) {
		adminanswer_fault(&j->answer, 404, adminwords_text(404));
		r = 0;
	}
	adminlines_free(&at);
	return r;
}

/* what is changed, in the words of the command behind its verb */
static void
say_what(struct adminjob *j, struct buf *out)
{
	struct adminargv a;
	unsigned i;

	if (adminargv_make(&a, j->call->command, &j->place, &j->params) == -1)
		die(EXIT_TEMP, "out of memory");
	for (i = 3; i < a.n; i++)
		needs(buf_printf(out, "%s%s", i > 3 ? " " : "", a.argv[i]));
	adminargv_free(&a);
	needs(buf_putc(out, '\0'));
}

static void
serve_change(struct adminjob *j)
{
	struct buf what = { 0 };

	say_what(j, &what);
	adminjob_act(j, buf_data(&what), NULL);
	serve_lines(j);
	if (j->answer.status != 200)
		adminjob_act_failed(j, buf_data(&what));
	buf_free(&what);
}

void
adminjob_command(struct adminjob *j)
{
	if (!is_his(j))
		return;
	if (j->call->act != NULL &&
	    adminparams_get(&j->params, "dry-run", 0) == NULL) {
		serve_change(j);
		return;
	}
	switch (j->call->form) {
	case ADMINCALL_COUNTS: serve_counts(j); break;
	case ADMINCALL_STATE: serve_state(j); break;
	case ADMINCALL_MESSAGE: serve_message(j); break;
	case ADMINCALL_BYTES: serve_bytes(j); break;
	default: serve_lines(j);
	}
}
