#include "dkim/verifyrun.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "dns/dnsopt.h"
#include "dns/dnsrun.h"
#include "mail/crlf.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 65536 };

int
verifyrun_option(struct verifyrun *r, int option, const char *value)
{
	r->has_now |= option == 't';
	return dnsopt_take(option, value, &r->dns, &r->now, &r->wait_ms);
}

/* the message */

/* more of the header.  Returns 1 when it is whole: *body, *n is then what is
 * there of the body behind it */
static int
take_header(struct buf *header, const char *p, size_t n, const char **body,
    size_t *len)
{
	size_t had = buf_len(header), from = had > 0 ? had - 1 : 0, end;
	const char *start, *e;

	needs(buf_put(header, p, n));
	start = buf_data(header);
	if (buf_len(header) > 0 && *start == '\n') {
		e = start;
		end = 0;
	} else {
		e = memmem(start + from, buf_len(header) - from, "\n\n", 2);
		end = e == NULL ? buf_len(header) : (size_t)(e - start) + 1;
	}
	if (end > VERIFYRUN_HEADER_MAX)
		die(EXIT_PERM, "the header is longer than %d bytes",
		    VERIFYRUN_HEADER_MAX);
	if (e == NULL)
		return 0;
	*len = buf_len(header) - end - 1;
	*body = start + end + 1;
	header->end = header->off + end;
	return 1;
}

struct feed {
	struct buf *header;
	struct dkimverify *v;
	int in_body;
};

static void
begin(struct feed *f)
{
	needs(dkimverify_header(f->v, buf_data(f->header), buf_len(f->header)));
}

static void
feed(struct feed *f, const char *p, size_t n)
{
	if (n == 0)
		return;
	if (f->in_body) {
		dkimverify_body(f->v, p, n);
	} else if (take_header(f->header, p, n, &p, &n)) {
		begin(f);
		f->in_body = 1;
		dkimverify_body(f->v, p, n);
	}
}

static void
read_message(struct buf *header, struct dkimverify *v)
{
	static char in[CHUNK], out[CHUNK + 1];
	struct crlf crlf = { 0 };
	struct feed f = { header, v, 0 };
	ssize_t n;

	for (;;) {
		n = read(0, in, sizeof in);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			die(EXIT_TEMP, "unable to read the message: %m");
		if (n == 0)
			break;
		feed(&f, out, crlf_feed(&crlf, in, n, out));
	}
	feed(&f, out, crlf_end(&crlf, out));
	if (!f.in_body)
		begin(&f);
	dkimverify_end(v);
}

/* the keys */

DNSRUN_MACHINE(ops, dkimverify);

void
verifyrun(struct verifyrun *r, struct dkimverify *v, unsigned flags)
{
	dkimverify_init(v, r->has_now ? r->now : clock_wall_s(), flags);
	read_message(&r->header, v);
	r->dns.deadline_ms = DNSRUN_QUESTION_MS;
	dnsrun_now(&r->dns, &ops, v,
	    r->wait_ms > 0 ? r->wait_ms : DNSRUN_DEADLINE_MS);
}

void
verifyrun_put(struct buf *b, const char *p, size_t n)
{
	for (; n > 0; p++, n--)
		needs(buf_putc(b, *p < ' ' || *p > '~' ? '?' : *p));
}
