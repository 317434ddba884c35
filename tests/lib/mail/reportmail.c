#include "mail/reportmail.h"
#include "tap.h"
#include <stdlib.h>

static int
has(const struct buf *b, const char *text)
{
	return memmem(buf_data(b), buf_len(b), text, strlen(text)) != NULL;
}

static size_t
longest_line(const struct buf *b)
{
	const char *p = buf_data(b), *end = p + buf_len(b), *e;
	size_t most = 0;

	for (; p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		if (e == NULL)
			return 1 << 20;
		if ((size_t)(e - p) > most)
			most = e - p;
	}
	return most;
}

static int
fields(struct buf *b, const struct reportmail_report *r)
{
	return buf_printf(b, "X-Of: %s\n", r->domain);
}

static struct reportmail_kind kind = { "multipart/x; y=\"z\"", "=_b_",
	"a report", "application/gzip", ".x.gz", NULL };

int
main(void)
{
	static char long1[254], long2[254], bytes[2000];
	struct reportmail_report r = { "me.example", "example.com", NULL, 10,
		20 };
	const char *to[3] = { "a@example.com", "b@example.com",
		"c@example.com" };
	struct reportmail m = { &kind, &r, "d@me.example", to, 1, 1795400000,
		bytes, sizeof bytes };
	struct buf b = { 0 };
	unsigned i;

	reportmail_name(&b, &r, ".xml");
	is_str(buf_data(&b), "me.example!example.com!10!20.xml", "a name");
	is_num((long long)buf_len(&b), 32, "its length");
	buf_clear(&b);
	reportmail_id(&b, &r);
	is_str(buf_data(&b), "10.20.example.com@me.example", "an id");
	r.unique = "7";
	buf_clear(&b);
	reportmail_name(&b, &r, ".xml.gz");
	is_str(buf_data(&b), "me.example!example.com!10!20!7.xml.gz",
	    "with a mark");
	buf_clear(&b);
	reportmail_id(&b, &r);
	is_str(buf_data(&b), "10.20.7.example.com@me.example",
	    "in the id as well");
	buf_clear(&b);
	reportmail_header(&b, &m);
	ok(has(&b, "To: a@example.com\n"), "one address");
	ok(has(&b,
	       "Subject: Report Domain: example.com\n\tSubmitter: me.example\n"
	       "\tReport-ID: <10.20.7.example.com@me.example>\n"),
	    "the subject");
	ok(!has(&b, "\n\n"), "no empty line");
	ok(has(&b,
	       "Content-Type: multipart/x; y=\"z\";\n\tboundary=\"=_b_\"\n"),
	    "its type");
	kind.fields = fields;
	buf_clear(&b);
	reportmail_header(&b, &m);
	ok(has(&b, "X-Of: example.com\n"), "fields of its kind");
	m.n_to = 3;
	buf_clear(&b);
	reportmail_header(&b, &m);
	ok(has(&b, "To: a@example.com,\n\tb@example.com,\n\tc@example.com\n"),
	    "three");
	buf_clear(&b);
	reportmail_body(&b, &m);
	ok(longest_line(&b) <= 78, "short lines");
	ok(has(&b, "This is a report for the domain\nexample.com, made by me."),
	    "for people");
	ok(has(&b,
	       "Content-Type: application/gzip;\n"
	       "\tname=\"me.example!example.com!10!20!7.x.gz\"\n"),
	    "for programs");
	/* names as long as can be */
	for (i = 0; i < 253; i++)
		long1[i] = long2[i] = i % 50 == 49 ? '.' : 'x';
	r.submitter = long1;
	r.domain = long2;
	r.begin = r.end = INT64_MAX;
	buf_clear(&b);
	reportmail_header(&b, &m);
	ok(longest_line(&b) <= 998, "no line too long");
	buf_clear(&b);
	reportmail_body(&b, &m);
	ok(longest_line(&b) <= 998, "nor in the body");
	buf_free(&b);
	return done();
}
