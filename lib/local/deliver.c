#include "local/deliver.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "format/job.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct buf out, notes;

static void step(struct localjob *);

/*
 * Results
 */
static void
result_end(struct localjob *j, const char *text, size_t n)
{
	localjob_result_end(&out, j, text, n);
	j->owner->answer(buf_data(&out), buf_len(&out));
	localjob_free(j);
}

static void
answer(struct localjob *j, const char *status, const char *esc,
    const char *class, const char *text, size_t n)
{
	localjob_result(&out, j, status);
	needs(ltsv_puts(&out, "esc", esc));
	if (class != NULL)
		needs(ltsv_puts(&out, "class", class));
	result_end(j, text, n);
}

static void
answer_fault(struct localjob *j, const struct localjob_fault *f)
{
	answer(j, f->status, f->esc, f->class, f->text, strlen(f->text));
}

static void
failed(struct localjob *j, const char *what, int err)
{
	struct localjob_fault f;

	localjob_failed(&f, what, err);
	answer_fault(j, &f);
}

/* what cannot be begun now */
static void
later(struct localjob *j, const char *text)
{
	localjob_result(&out, j, "later");
	needs(ltsv_putnum(&out, "next", clock_wall_s() + DELIVER_AGAIN_S));
	result_end(j, text, strlen(text));
}

static void
sent(struct localjob *j)
{
	localjob_result(&out, j, "sent");
	needs(ltsv_puts(&out, "esc", "2.0.0"));
	if (j->dsn != NULL)
		needs(ltsv_puts(&out, "dsn", j->dsn));
	result_end(j, buf_data(&j->text), buf_len(&j->text));
}

/*
 * What cannot be undone is noted before it is begun, once for each job
 */
static void
note(struct localjob *j)
{
	if (j->begun)
		return;
	j->begun = 1;
	localjob_result(&out, j, "sending");
	needs(ltsv_end(&out));
	needs(buf_put(&notes, buf_data(&out), buf_len(&out)));
}

static void
note_all(struct deliver *d)
{
	if (buf_len(&notes) > 0)
		d->begins(buf_data(&notes), buf_len(&notes));
	buf_clear(&notes);
}

static void
begins(struct localjob *j)
{
	note(j);
	note_all(j->owner);
}

/*
 * Maildirs: written at once, committed before the loop waits
 */
static void
commit(void *arg)
{
	struct deliver *d = arg;
	struct maildir_item *m;
	struct localjob *j;

	if (d->batch.n == 0)
		return;
	for (m = d->batch.item; m < d->batch.item + d->batch.n; m++)
		note(m->arg);
	note_all(d);
	maildir_commit(&d->batch);
	for (m = d->batch.item; m < d->batch.item + d->batch.n; m++) {
		j = m->arg;
		if (m->error != 0) {
			failed(j, "unable to store the message", m->error);
			continue;
		}
		localjob_add_text(j, "stored as ", m->name, strlen(m->name));
		sent(j);
	}
	d->batch.n = 0;
	wire_flush_all();
}

/* nothing is left to wait for after the end of the input */
static void
maybe_end(void *arg)
{
	struct deliver *d = arg;

	if (!d->closing || d->commands.n_running > 0 || d->n_forwarding > 0)
		return;
	commit(d);
	d->idle();
}

static void
store(struct localjob *j)
{
	struct deliver *d = j->owner;
	struct maildir_source source = { buf_data(&j->before),
		buf_len(&j->before), j->path, j->off + j->head,
		j->len - j->head };
	int dir = maildir_open(d->boxes.base, j->user, d->boxes.create);
	struct maildir_item *m;

	if (dir == -1) {
		failed(j, "unable to open the mailbox", errno);
		return;
	}
	m = maildir_add(&d->batch, dir, &source, clock_wall_us());
	if (m == NULL) {
		failed(j, "unable to store the message", errno);
		return;
	}
	m->arg = j;
	if (d->batch.n == MAILDIR_BATCH_MAX)
		commit(d);
}

/*
 * Forwarding
 */
static void
adjust_hold(struct deliver *d)
{
	unsigned full = injector_full(&d->inject);

	if (full != d->holding)
		d->hold(full);
	d->holding = full;
}

static void
forwarded(void *arg, enum receipt_kind kind, const char *text, size_t n)
{
	struct localjob *j = arg;
	struct deliver *d = j->owner;
	char esc[8] = "";
	size_t i;

	d->n_forwarding--;
	if (kind == RECEIPT_OK) {
		localjob_add_text(j, "forwarded as ", text, n);
		step(j);
	} else {
		for (i = 0; i < n && i < sizeof esc - 1 && text[i] != ' '; i++)
			esc[i] = text[i];
		esc[i] = '\0';
		if (kind == RECEIPT_PERM && esc[0] == '5')
			answer(j, "bounced", esc, "local", text, n);
		else
			answer(j, "deferred", esc[0] == '4' ? esc : "4.3.0",
			    "local", text, n);
	}
	adjust_hold(d);
	maybe_end(d);
}

static void
forward(struct localjob *j)
{
	struct injector_parcel *p = need(calloc(1, sizeof *p));
	struct deliver *d = j->owner;

	localjob_parcel(j, &p->item.env, &p->item.text);
	p->path = j->path;
	p->off = j->off;
	p->len = j->len;
	p->done = forwarded;
	p->arg = j;
	d->n_forwarding++;
	injector_send(&d->inject, p);
	adjust_hold(d);
}

/*
 * Commands
 */
static void
in_doubt(struct localjob *j)
{
	static const char text[] = "stopped while the command ran";

	localjob_result(&out, j, "deferred");
	needs(ltsv_puts(&out, "esc", "4.3.2"));
	needs(ltsv_puts(&out, "class", "local"));
	needs(ltsv_puts(&out, "doubt", "1"));
	result_end(j, text, sizeof text - 1);
}

static void
commanded(struct localjob *j, enum localcommand_end end, const char *esc)
{
	static const char slow[] = "the command took too long";

	switch (end) {
	case LOCALCOMMAND_OK: step(j); break;
	case LOCALCOMMAND_LAST: sent(j); break;
	case LOCALCOMMAND_TEMP:
		answer(j, "deferred", esc, "local", buf_data(&j->text),
		    buf_len(&j->text));
		break;
	case LOCALCOMMAND_PERM:
		answer(j, "bounced", esc, "local", buf_data(&j->text),
		    buf_len(&j->text));
		break;
	case LOCALCOMMAND_TIMEOUT:
		answer(j, "deferred", esc, "local", slow, sizeof slow - 1);
		break;
	case LOCALCOMMAND_FAILED:
		failed(j, "unable to run the command", errno);
		break;
	case LOCALCOMMAND_FULL:
		later(j, "too many commands are running");
		break;
	case LOCALCOMMAND_DROPPED: later(j, "stopping"); break;
	case LOCALCOMMAND_KILLED: in_doubt(j); break;
	}
}

/* what is left to do for a job */
static void
step(struct localjob *j)
{
	const char *s;
	size_t n;

	if (forward_command(&j->orders, &s, &n)) {
		free(j->command);
		j->command = need(strndup(s, n));
		localcommand_run(&j->owner->commands, j);
	} else if (j->orders.forward) {
		j->orders.forward = 0;
		begins(j);
		forward(j);
	} else if (j->orders.keep) {
		j->orders.keep = 0;
		store(j);
	} else {
		sent(j);
	}
}

void
deliver_init(struct deliver *d)
{
	d->commands.done = commanded;
	d->commands.begins = begins;
	d->commands.changed = maybe_end;
	d->commands.arg = d;
	injector_init(&d->inject, d->next);
	loop_hook_start(&d->hook, commit, d);
}

/* asked about, job(5): the mailbox, as it would be looked for */
static void
explain(struct deliver *d, const struct ltsv *l)
{
	static const char *const found[] = { [MAILBOX_NONE] = "no such mailbox",
		[MAILBOX_HERE] = "is there",
		[MAILBOX_LISTED] = "is made with its first message",
		[MAILBOX_UNSURE] = "cannot be looked up now" };
	const struct ltsv_field *user = ltsv_find(l, "user"),
				*domain = ltsv_find(l, "domain");
	struct slice where = { "", 0 };
	enum mailbox_answer box;
	static struct buf why;

	buf_clear(&out);
	buf_clear(&why);
	if (domain != NULL)
		where = (struct slice){ domain->value, domain->value_len };
	if (d->boxes.known.users != NULL)
		softtable_check(d->boxes.known.users);
	if (user != NULL) {
		box = users_name_ok(user->value, user->value_len)
		    ? mailbox_find(&d->boxes.known,
			  (struct slice){ user->value, user->value_len }, where)
		    : MAILBOX_NONE;
		needs(buf_printf(&why, "mailbox %.*s: %s", (int)user->value_len,
		    user->value, found[box]));
	} else {
		needs(buf_puts(&why,
		    "no mailbox: it is handed on, or a command runs"));
	}
	needs(job_explained(&out, l));
	needs(job_why(&out, "why-local", buf_data(&why), buf_len(&why)));
	needs(ltsv_end(&out));
	d->answer(buf_data(&out), buf_len(&out));
}

int
deliver_job(struct deliver *d, const char *line, size_t n)
{
	struct localjob_fault f;
	struct localjob *j;
	static struct ltsv l;

	if (ltsv_parse(line, n, &l) == 0 && ltsv_find(&l, "id") != NULL &&
	    job_explains(&l) != NULL) {
		explain(d, &l);
		return 0;
	}
	j = localjob_new(line, n, &f);
	if (j == NULL)
		return -1;
	j->owner = d;
	if (f.status != NULL ||
	    localjob_orders(j, &d->boxes, d->next[0] != NULL, &f) == -1)
		answer_fault(j, &f);
	else
		step(j);
	return 0;
}

void
deliver_closing(struct deliver *d)
{
	d->closing = 1;
	localcommand_drop(&d->commands);
	commit(d);
	maybe_end(d);
}

void
deliver_stop(struct deliver *d)
{
	localcommand_kill(&d->commands);
	injector_close(&d->inject);
}
