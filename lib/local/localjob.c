#include "local/localjob.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "format/job.h"
#include "format/parcel.h"
#include "local/maildir.h"
#include "mail/address.h"
#include "mail/header.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Results
 */
static int
fault(struct localjob_fault *f, const char *status, const char *esc,
    const char *class, const char *text)
{
	f->status = status;
	f->esc = esc;
	f->class = class;
	snprintf(f->text, sizeof f->text, "%s", text);
	return -1;
}

static int
bounced(struct localjob_fault *f, const char *esc, const char *class,
    const char *text)
{
	return fault(f, "bounced", esc, class, text);
}

static int
deferred(struct localjob_fault *f, const char *esc, const char *text)
{
	return fault(f, "deferred", esc, "local", text);
}

void
localjob_failed(struct localjob_fault *f, const char *what, int err)
{
	const char *esc = "4.3.0";
	char text[LOCALJOB_TEXT_MAX];

	if (err == EDQUOT)
		esc = "4.2.2";
	else if (err == ENOSPC)
		esc = "4.3.1";
	snprintf(text, sizeof text, "%s: %s", what, strerror(err));
	deferred(f, esc, text);
}

static int
failed(struct localjob_fault *f, const char *what)
{
	localjob_failed(f, what, errno);
	return -1;
}

void
localjob_add_text(struct localjob *j, const char *what, const char *s, size_t n)
{
	if (buf_len(&j->text) > 0)
		needs(buf_puts(&j->text, "; "));
	needs(buf_puts(&j->text, what));
	needs(buf_put(&j->text, s,
	    n < LOCALJOB_TEXT_MAX ? n : LOCALJOB_TEXT_MAX));
}

void
localjob_result(struct buf *out, const struct localjob *j, const char *status)
{
	const struct ltsv_field *try;
	struct ltsv l;

	buf_clear(out);
	ltsv_parse(j->line, j->line_len, &l);
	needs(job_answer(out, &l, NULL));
	/* by which a record of results tells attempts apart, queue(5) */
	try = ltsv_find(&l, "try");
	if (try != NULL)
		needs(ltsv_copy(out, try));
	needs(ltsv_puts(out, "status", status));
}

void
localjob_result_end(struct buf *out, const struct localjob *j, const char *text,
    size_t n)
{
	needs(ltsv_put(out, "text", text,
	    n < LOCALJOB_TEXT_MAX ? n : LOCALJOB_TEXT_MAX));
	needs(ltsv_putnum(out, "ms", clock_mono_ms() - j->began_ms));
	needs(ltsv_end(out));
}

/*
 * Requests
 */
static char *
get(const struct ltsv *l, const char *label)
{
	const struct ltsv_field *f = ltsv_find(l, label);
	char *s;

	if (f == NULL)
		return NULL;
	s = need(malloc((size_t)f->value_len + 1));
	ltsv_value(f, s, (size_t)f->value_len + 1);
	return s;
}

struct localjob *
localjob_new(const char *line, size_t n, struct localjob_fault *f)
{
	struct localjob *j = need(calloc(1, sizeof *j));
	struct ltsv l;
	uint64_t size;

	f->status = NULL;
	j->began_ms = clock_mono_ms();
	j->line = need(malloc(n));
	j->line_len = n;
	memcpy(j->line, line, n);
	if (ltsv_parse(j->line, n, &l) == -1 || ltsv_find(&l, "id") == NULL ||
	    ltsv_find(&l, "n") == NULL) {
		localjob_free(j);
		return NULL;
	}
	j->id = get(&l, "id");
	j->from = get(&l, "from");
	j->to = get(&l, "to");
	j->user = get(&l, "user");
	j->path = get(&l, "file");
	if (j->from == NULL || j->to == NULL || j->path == NULL ||
	    ltsv_num(&l, "off", 0, INT64_MAX, &j->off) == -1 ||
	    ltsv_num(&l, "size", 0, INT64_MAX - j->off, &size) == -1)
		deferred(f, "4.3.0",
		    "the job lacks from, to, file, off or size");
	else
		j->len = size;
	return j;
}

void
localjob_free(struct localjob *j)
{
	free(j->line);
	free(j->id);
	free(j->from);
	free(j->to);
	free(j->user);
	free(j->path);
	forward_free(&j->orders);
	free(j->command);
	buf_free(&j->before);
	buf_free(&j->text);
	free(j);
}

/*
 * Orders
 */

/* no control bytes: these end up in header fields and the environment */
static int
clean(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return 0;
	return 1;
}

/* the beginning of the message; its length, or -1 */
static ssize_t
read_head(const struct localjob *j, char *head)
{
	size_t n = j->len < LOCALJOB_HEAD_READ ? j->len : LOCALJOB_HEAD_READ;
	ssize_t got = -1;
	int fd = open(j->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd != -1) {
		got = pread(fd, head, n, j->off);
		close(fd);
	}
	return got;
}

/* has it been delivered to this address before? */
static int
looped(const struct localjob *j, const char *head, size_t n)
{
	const char *p = head;
	struct header_field f;

	while (header_field(&p, head + n, &f))
		if (header_is(&f, "Delivered-To") &&
		    ascii_is(f.value, f.value_len, j->to))
			return 1;
	return 0;
}

/* put the message up to its last Return-Path, without any; one of which the
 * end was not read stays */
static void
put_head(struct localjob *j, const char *head, size_t n)
{
	const char *p = head, *from = head, *end = head + n;
	struct buf kept = { 0 };
	struct header_field f;

	j->fits = header_fits(head, n, 1);
	while (j->fits && header_field(&p, end, &f))
		if (header_is(&f, "Return-Path") && (p < end || n == j->len)) {
			needs(buf_put(&kept, from, f.raw - from));
			from = p;
		}
	j->head = from - head;
	/* it may begin with another line now */
	if (buf_len(&kept) == 0
		? !header_fits(from, end - from, 1)
		: !header_fits(buf_data(&kept), buf_len(&kept), 1))
		needs(buf_putc(&j->before, '\n'));
	if (buf_len(&kept) > 0)
		bytes_no_nul(buf_data(&kept), buf_len(&kept));
	needs(buf_put(&j->before, buf_data(&kept), buf_len(&kept)));
	buf_free(&kept);
}

/* the labels forward and program, as lines of a forward file; -1 when they
 * hold what is none */
static int
label_orders(struct localjob *j, const struct ltsv *l)
{
	char *list = get(l, "forward"), *program = get(l, "program");
	const char *p = list, *s;
	struct buf line = { 0 };
	size_t n;
	int r = 0;

	errno = 0;
	if (program != NULL && *program != '\0') {
		needs(buf_printf(&line, "|%s", program));
		r = clean(program)
		    ? forward_add(&j->orders, buf_data(&line), buf_len(&line))
		    : -1;
	}
	while (r == 0 && p != NULL &&
	    forward_word(&p, list + strlen(list), &s, &n)) {
		/* nothing from outside may become an order of another kind;
		 * a list of addresses may be longer than a file */
		r = forward_address_ok(s, n) ? forward_add(&j->orders, s, n)
					     : -1;
	}
	if (r == -1 && errno == ENOMEM)
		needs(-1);
	buf_free(&line);
	free(list);
	free(program);
	return r;
}

/*
 * Add MAILDIRS/USER/forward to the orders; where there is none, or it says
 * nothing, the mail is kept.  NULL, or what is wrong with errno, 0 when its
 * content is.
 */
static const char *
file_orders(struct localjob *j, int dir)
{
	static char text[FORWARD_FILE_MAX + 1];
	unsigned said = j->orders.said;
	ssize_t n = 0;
	int fd;

	fd = openat(dir, "forward", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 && errno != ENOENT)
		return "unable to read the forward file";
	if (fd != -1) {
		n = fd_read_all(fd, text, sizeof text);
		close(fd);
	}
	if (n == -1)
		return "unable to read the forward file";
	errno = 0;
	if (n > FORWARD_FILE_MAX)
		return "the forward file is too large";
	if (forward_add(&j->orders, text, n) == -1) {
		needs(errno == ENOMEM ? -1 : 0);
		errno = 0;
		return "the forward file has a bad line";
	}
	if (j->orders.said == said)
		j->orders.keep = 1;
	return NULL;
}

/* of the label, or else of the address */
static struct slice
domain_of(const struct localjob *j, const struct ltsv *l)
{
	const struct ltsv_field *f = ltsv_find(l, "domain");
	const char *at = strrchr(j->to, '@');

	if (f != NULL)
		return (struct slice){ f->value, f->value_len };
	if (at == NULL)
		return (struct slice){ "", 0 };
	return (struct slice){ at + 1, strlen(at + 1) };
}

/* one that is not there yet: who is known gets it now; -1 with the fault */
static int
make_mailbox(const struct localjob *j, const struct localjob_boxes *b,
    const struct ltsv *l, struct localjob_fault *f)
{
	const struct slice user = { j->user, strlen(j->user) };
	int dir;

	if (b->known.users != NULL)
		softtable_check(b->known.users);
	switch (mailbox_find(&b->known, user, domain_of(j, l))) {
	case MAILBOX_NONE:
		return bounced(f, "5.1.1", "local", "no such mailbox");
	case MAILBOX_HERE:
		errno = ENOENT; /* a link to where nothing is */
		return failed(f, "unable to open the mailbox");
	case MAILBOX_UNSURE: return failed(f, "unable to look for the mailbox");
	case MAILBOX_LISTED: break;
	}
	dir = maildir_open(b->base, j->user, 1);
	return dir == -1 ? failed(f, "unable to make the mailbox") : dir;
}

/* the user's mailbox and forward file; 0, or -1 with the fault */
static int
find_user(struct localjob *j, const struct localjob_boxes *b,
    const struct ltsv *l, struct localjob_fault *f)
{
	const char *wrong;
	int dir;

	if (!users_name_ok(j->user, strlen(j->user)))
		return bounced(f, "5.1.1", "local", "no such mailbox");
	dir = maildir_open(b->base, j->user, b->create);
	if (dir == -1 && errno != ENOENT)
		return failed(f, "unable to open the mailbox");
	if (dir == -1)
		dir = make_mailbox(j, b, l, f);
	if (dir == -1)
		return -1;
	wrong = file_orders(j, dir);
	close(dir);
	if (wrong == NULL)
		return 0;
	return errno != 0 ? failed(f, wrong) : deferred(f, "4.3.5", wrong);
}

/* what its sender hears of success, RFC 3461 section 5.2.7: one copy and no
 * more answers for itself */
static void
plan_report(struct localjob *j, const struct ltsv *l)
{
	struct forward_orders look = j->orders;
	const char *at = NULL, *s;
	unsigned copies = 0;
	int here;
	size_t n;

	here = j->orders.keep || forward_command(&look, &s, &n);
	while (forward_address(&j->orders, &at, &s, &n))
		copies++;
	j->several = copies > 1 || (here && copies > 0);
	if (job_wants_success(l))
		j->dsn = here ? "delivered" : copies > 1 ? "expanded" : NULL;
}

int
localjob_orders(struct localjob *j, const struct localjob_boxes *b, int forward,
    struct localjob_fault *f)
{
	static char head[LOCALJOB_HEAD_READ];
	struct ltsv l;
	ssize_t n;
	int keep;

	ltsv_parse(j->line, j->line_len, &l);
	if (!clean(j->to) || !clean(j->from))
		return bounced(f, "5.1.3", "local", "bad address");
	n = read_head(j, head);
	if (n == -1)
		return failed(f, "unable to read the message");
	if (looped(j, head, (size_t)n))
		return bounced(f, "5.4.6", "loop",
		    "mail loop: it was delivered to this address before");
	needs(buf_puts(&j->before, "Return-Path: <"));
	needs(address_put(&j->before, j->from, strlen(j->from)));
	needs(buf_printf(&j->before, ">\nDelivered-To: %s\n", j->to));
	put_head(j, head, (size_t)n);
	if (label_orders(j, &l) == -1)
		return deferred(f, "4.3.5",
		    "bad command or address to forward to");
	/* an alias that keeps its own address: the mailbox as well.  Labels
	 * that say nothing are none, or the mail would go nowhere */
	keep = j->orders.said == 0 || ltsv_find(&l, "keep") != NULL;
	if (keep && j->user == NULL)
		return deferred(f, "4.3.5", "the job names no mailbox");
	if (keep && find_user(j, b, &l, f) == -1)
		return -1;
	if (j->orders.forward && !forward)
		return deferred(f, "4.3.5",
		    "there is no next link to forward to");
	plan_report(j, &l);
	return 0;
}

void
localjob_parcel(const struct localjob *j, struct buf *env, struct buf *text)
{
	const char *at = NULL, *address;
	struct ltsv l;
	size_t n;

	ltsv_parse(j->line, j->line_len, &l);
	needs(parcel_puts(env, "from", j->from));
	needs(buf_puts(env, "proto local\n"));
	needs(job_envelope(env, &l));
	if (j->id != NULL)
		needs(parcel_puts(env, "of", j->id));
	while (forward_address(&j->orders, &at, &address, &n)) {
		needs(buf_puts(env, "to "));
		needs(ltsv_escape(env, address, n));
		needs(job_parameters(env, &l, j->several));
		needs(buf_putc(env, '\n'));
	}
	/* the loop guard alone: who gets it back is not decided here */
	needs(buf_printf(text, "Delivered-To: %s\n%s", j->to,
	    j->fits ? "" : "\n"));
}
