/*
 * A job of local-deliver, the owner's forward file and a message, of any
 * bytes: what is wrong has a reason; else there are orders that can be
 * carried out, a front that ends where it should, a parcel that is one.
 *
 * Input: labels, which count before ours, up to a LF; the forward file up
 * to a NUL; the message.
 */
#include "base/fd.h"
#include "format/parcel.h"
#include "local/localjob.h"
#include "mail/header.h"
#include "scratch.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static char dir[] = "/dev/shm/fuzz-localjob.XXXXXX";
static char message[64], forward[64];
static struct localjob_boxes boxes;

static void
must(int good)
{
	if (!good)
		abort();
}

static void
start(void)
{
	static const char *const sub[] = { "", "/tmp", "/new", "/cur" };
	char path[80];
	unsigned i;

	must(scratch_make(dir) == 0);
	for (i = 0; i < sizeof sub / sizeof *sub; i++) {
		snprintf(path, sizeof path, "%s/bob%s", dir, sub[i]);
		must(mkdir(path, 0700) == 0);
	}
	snprintf(message, sizeof message, "%s/message", dir);
	snprintf(forward, sizeof forward, "%s/bob/forward", dir);
	boxes.base = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(boxes.base != -1);
}

static void
write_file(const char *path, const char *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd != -1 && fd_write_all(fd, p, n) == 0 && close(fd) == 0);
}

/* the two lines of ours, then a header in which no Return-Path is left */
static void
check_front(const struct localjob *j, const char *text, size_t n)
{
	struct buf b = { 0 };
	struct header_field f;
	const char *p, *end;

	must(j->head <= n);
	must(buf_put(&b, buf_data(&j->before), buf_len(&j->before)) == 0 &&
	    buf_put(&b, text + j->head, n - j->head) == 0);
	p = buf_data(&b);
	end = p + buf_len(&b);
	must(header_next(&p, end, &f) == HEADER_FIELD &&
	    header_is(&f, "Return-Path"));
	must(header_next(&p, end, &f) == HEADER_FIELD &&
	    header_is(&f, "Delivered-To"));
	while (header_field(&p, end, &f))
		must(!header_is(&f, "Return-Path"));
	buf_free(&b);
}

static void
check_parcel(const struct localjob *j)
{
	struct buf env = { 0 }, text = { 0 };
	const char *p, *end, *at = NULL, *s;
	struct parcel_line l;
	unsigned to = 0;
	size_t n;

	localjob_parcel(j, &env, &text);
	p = buf_data(&env);
	end = p + buf_len(&env);
	while (p < end && parcel_next(&p, end, &l) == 1)
		to += parcel_is(&l, "to");
	/* a label of the job may be longer than a line of an envelope */
	must(p == end || buf_len(&env) > PARCEL_LINE_MAX);
	while (p == end && forward_address(&j->orders, &at, &s, &n)) {
		must(forward_address_ok(s, n));
		to--;
	}
	must(p != end || to == 0);
	must(strncmp(buf_data(&text), "Delivered-To: ", 14) == 0);
	buf_free(&env);
	buf_free(&text);
}

static void
check_result(const struct localjob *j, const char *status, const char *text)
{
	struct buf out = { 0 };
	struct ltsv l;

	localjob_result(&out, j, status);
	localjob_result_end(&out, j, text, strlen(text));
	if (buf_len(&out) <= LTSV_LINE_MAX)
		must(ltsv_parse(buf_data(&out), buf_len(&out), &l) == 0 &&
		    ltsv_is(ltsv_find(&l, "status"), status) &&
		    ltsv_find(&l, "id") != NULL && ltsv_find(&l, "n") != NULL);
	buf_free(&out);
}

static void
deliver(struct localjob *j, struct localjob_fault *f, const char *text,
    size_t n)
{
	const char *s;
	size_t k;

	if (f->status == NULL && localjob_orders(j, &boxes, 1, f) == 0) {
		must(f->status == NULL);
		check_front(j, text, n);
		check_parcel(j);
		while (forward_command(&j->orders, &s, &k))
			must(k > 0 && memchr(s, '\n', k) == NULL);
		must(j->orders.said > 0 || j->orders.keep);
		localjob_add_text(j, "kept in ", j->to, strlen(j->to));
		check_result(j, "sent", "ok");
		return;
	}
	must(f->status != NULL && f->text[0] != '\0' &&
	    *f->esc == (*f->status == 'b' ? '5' : '4'));
	check_result(j, f->status, f->text);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *lf, *nul, *text;
	struct localjob_fault f;
	struct localjob *j;
	struct buf line = { 0 };
	size_t len;

	if (*message == '\0')
		start();
	if (n == 0 || (lf = memchr(data, '\n', n)) == NULL ||
	    (nul = memchr(lf, '\0', n - (lf - (const char *)data))) == NULL)
		return 0;
	text = nul + 1;
	len = (const char *)data + n - text;
	write_file(forward, lf + 1, nul - lf - 1);
	write_file(message, text, len);
	must(buf_printf(&line, "file:%s\toff:0\tsize:%zu\t", message, len) ==
		0 &&
	    buf_put(&line, data, lf - (const char *)data) == 0 &&
	    buf_puts(&line, "\tid:i\tn:1\tfrom:a@b\tto:bob@x\tuser:bob\n") ==
		0);
	j = localjob_new(buf_data(&line), buf_len(&line), &f);
	if (j != NULL) {
		deliver(j, &f, text, len);
		localjob_free(j);
	}
	buf_free(&line);
	return 0;
}
