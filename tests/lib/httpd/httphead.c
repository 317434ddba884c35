/* heads of requests: what is one, and what two readers could read in two ways */
#include "httpd/httphead.h"
#include "base/buf.h"
#include "tap.h"
#include <stdlib.h>

#define GET "GET /a HTTP/1.1\r\nHost: h\r\n"
#define POST "POST /a HTTP/1.1\r\nHost: h\r\n"

/* status 0: good; then what it says: method path query host, and a letter for
 * each of chunked, has length, close, expects, gzip, coded, takes gzip */
static const struct {
	const char *name, *head;
	unsigned status;
	const char *says;
} cases[] = {
	{ "plain", GET "\r\n", 0, "GET /a  h 0 " },
	{ "query", "GET /a/b?x=1&y HTTP/1.1\r\nHost: h:80\r\n\r\n", 0,
	    "GET /a/b x=1&y h:80 0 " },
	{ "absolute form", "GET http://i:8/a?b HTTP/1.1\r\nHost: h\r\n\r\n", 0,
	    "GET /a b i:8 0 " },
	{ "absolute form, https", "GET https://i/ HTTP/1.1\r\nHost: i\r\n\r\n",
	    0, "GET /  i 0 " },
	{ "absolute form without a path",
	    "GET http://i HTTP/1.1\r\nHost: h\r\n\r\n", 400, "" },
	{ "absolute form of another scheme",
	    "GET ftp://i/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, "" },
	{ "absolute form with a user",
	    "GET http://u@i/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, "" },
	{ "asterisk", "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n", 0,
	    "OPTIONS *   0 " },
	{ "authority form", "CONNECT h:25 HTTP/1.1\r\nHost: h\r\n\r\n", 400,
	    "" },
	{ "fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400, "" },
	{ "8-bit target", "GET /\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n", 400,
	    "" },
	{ "length", POST "Content-Length: 12\r\n\r\n", 0, "POST /a  h 12 l" },
	{ "two lengths", POST "Content-Length: 3\r\nContent-Length: 5\r\n\r\n",
	    400, "" },
	{ "the same length twice",
	    POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\n", 400, "" },
	{ "a list of lengths", POST "Content-Length: 3, 3\r\n\r\n", 400, "" },
	{ "a length with a sign", POST "Content-Length: +3\r\n\r\n", 400, "" },
	{ "a length with a blank", POST "Content-Length: 3 3\r\n\r\n", 400,
	    "" },
	{ "a length in hex", POST "Content-Length: 0x3\r\n\r\n", 400, "" },
	{ "an empty length", POST "Content-Length:\r\n\r\n", 400, "" },
	{ "the largest length",
	    POST "Content-Length: 9223372036854775807\r\n\r\n", 0,
	    "POST /a  h 9223372036854775807 l" },
	{ "one more", POST "Content-Length: 9223372036854775808\r\n\r\n", 400,
	    "" },
	{ "a length that wraps",
	    POST "Content-Length: 18446744073709551619\r\n\r\n", 400, "" },
	{ "chunked", POST "Transfer-Encoding: chunked\r\n\r\n", 0,
	    "POST /a  h 0 c" },
	{ "Chunked", POST "transfer-encoding:\tChunked \r\n\r\n", 0,
	    "POST /a  h 0 c" },
	{ "length and coding",
	    POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
	    "" },
	{ "coding and length",
	    POST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400,
	    "" },
	{ "xchunked", POST "Transfer-Encoding: xchunked\r\n\r\n", 501, "" },
	{ "chunked in quotes", POST "Transfer-Encoding: \"chunked\"\r\n\r\n",
	    501, "" },
	{ "gzip, chunked", POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501,
	    "" },
	{ "chunked twice", POST "Transfer-Encoding: chunked, chunked\r\n\r\n",
	    501, "" },
	{ "two codings",
	    POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: "
		 "identity\r\n\r\n",
	    400, "" },
	{ "identity", POST "Transfer-Encoding: identity\r\n\r\n", 501, "" },
	{ "chunked with a vertical tab",
	    POST "Transfer-Encoding: \x0b"
		 "chunked\r\n\r\n",
	    400, "" },
	{ "chunked in HTTP/1.0",
	    "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "" },
	{ "folded", GET "X: a\r\n b\r\n\r\n", 400, "" },
	{ "folded by a tab", GET "X: a\r\n\tb\r\n\r\n", 400, "" },
	{ "folded in front", "GET /a HTTP/1.1\r\n Host: h\r\nHost: h\r\n\r\n",
	    400, "" },
	{ "bare LF", "GET /a HTTP/1.1\nHost: h\n\n", 400, "" },
	{ "bare LF in a field", GET "X: a\nY: b\r\n\r\n", 400, "" },
	{ "bare LF at the end", GET "\n", 400, "" },
	{ "bare CR", GET "X: a\rY: b\r\n\r\n", 400, "" },
	{ "CR twice", GET "X: a\r\r\n\r\n", 400, "" },
	{ "blank before the colon", GET "X : a\r\n\r\n", 400, "" },
	{ "tab before the colon", GET "X\t: a\r\n\r\n", 400, "" },
	{ "blank before the colon of a length",
	    POST "Content-Length : 3\r\n\r\n", 400, "" },
	{ "no colon", GET "X\r\n\r\n", 400, "" },
	{ "no name", GET ": a\r\n\r\n", 400, "" },
	{ "control in a name", GET "X\x01: a\r\n\r\n", 400, "" },
	{ "8-bit name", GET "X\xe4: a\r\n\r\n", 400, "" },
	{ "8-bit value", GET "X: \xe4\r\n\r\n", 0, "GET /a  h 0 " },
	{ "control in a value", GET "X: \x01\r\n\r\n", 400, "" },
	{ "DEL in a value", GET "X: \x7f\r\n\r\n", 400, "" },
	{ "no host", "GET /a HTTP/1.1\r\n\r\n", 400, "" },
	{ "two hosts", GET "Host: h\r\n\r\n", 400, "" },
	{ "a list of hosts", "GET /a HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "" },
	{ "a host with a user", "GET /a HTTP/1.1\r\nHost: u@b\r\n\r\n", 400,
	    "" },
	{ "a host with a path", "GET /a HTTP/1.1\r\nHost: b/c\r\n\r\n", 400,
	    "" },
	{ "no host, absolute form", "GET http://h/a HTTP/1.1\r\n\r\n", 400,
	    "" },
	{ "HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n", 0, "GET /a   0 x" },
	{ "HTTP/1.0 that stays",
	    "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 0,
	    "GET /a   0 " },
	{ "HTTP/1.2", "GET /a HTTP/1.2\r\nHost: h\r\n\r\n", 0, "GET /a  h 0 " },
	{ "HTTP/0.9", "GET /a\r\n\r\n", 400, "" },
	{ "HTTP/0.9 by name", "GET /a HTTP/0.9\r\n\r\n", 505, "" },
	{ "HTTP/2.0", "GET /a HTTP/2.0\r\nHost: h\r\n\r\n", 505, "" },
	{ "HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\n", 505, "" },
	{ "http/1.1", "GET /a http/1.1\r\nHost: h\r\n\r\n", 400, "" },
	{ "HTTP/1.10", "GET /a HTTP/1.10\r\nHost: h\r\n\r\n", 400, "" },
	{ "HTTP/01.1", "GET /a HTTP/01.1\r\nHost: h\r\n\r\n", 400, "" },
	{ "two blanks", "GET  /a HTTP/1.1\r\nHost: h\r\n\r\n", 400, "" },
	{ "blank behind", "GET /a HTTP/1.1 \r\nHost: h\r\n\r\n", 400, "" },
	{ "blank in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400,
	    "" },
	{ "tab", "GET\t/a HTTP/1.1\r\nHost: h\r\n\r\n", 400, "" },
	{ "empty line in front", "\r\n" GET "\r\n", 400, "" },
	{ "TLS", "\x16\x03\x01\x02", 400, "" },
	{ "SMTP", "EHLO x\r\n", 400, "" },
	{ "close", GET "Connection: Close\r\n\r\n", 0, "GET /a  h 0 x" },
	{ "close among others", GET "Connection: te, close\r\n\r\n", 0,
	    "GET /a  h 0 x" },
	{ "closer", GET "Connection: closer\r\n\r\n", 0, "GET /a  h 0 " },
	{ "expect", POST "Content-Length: 1\r\nExpect: 100-Continue\r\n\r\n", 0,
	    "POST /a  h 1 le" },
	{ "expect what nobody knows", POST "Expect: wonders\r\n\r\n", 417, "" },
	{ "gzip", POST "Content-Encoding: gzip\r\n\r\n", 0, "POST /a  h 0 g" },
	{ "gzip twice", POST "Content-Encoding: gzip, gzip\r\n\r\n", 0,
	    "POST /a  h 0 o" },
	{ "gzip in two fields",
	    POST "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n", 0,
	    "POST /a  h 0 o" },
	{ "deflate", POST "Content-Encoding: deflate\r\n\r\n", 0,
	    "POST /a  h 0 o" },
	{ "identity coding", POST "Content-Encoding: identity\r\n\r\n", 0,
	    "POST /a  h 0 " },
	{ "takes gzip", GET "Accept-Encoding: br, gzip;q=0.5\r\n\r\n", 0,
	    "GET /a  h 0 t" },
	{ "takes no gzip", GET "Accept-Encoding: gzip; q=0.0, br\r\n\r\n", 0,
	    "GET /a  h 0 " },
};

static struct httphead head;

static void
says(const struct httphead *h, char *out, size_t room)
{
	static const char letter[] = "clxegot";
	unsigned is[] = { h->chunked, h->has_length, h->close, h->expects,
		h->gzip, h->coded, h->takes_gzip };
	int n = snprintf(out, room, "%.*s %.*s %.*s %.*s %llu ",
	    (int)h->method.n, h->method.p, (int)h->path.n, h->path.p,
	    (int)h->query.n, h->query.n > 0 ? h->query.p : "", (int)h->host.n,
	    h->host.n > 0 ? h->host.p : "", (unsigned long long)h->length);
	size_t i;

	for (i = 0; i < sizeof is / sizeof *is; i++)
		if (is[i])
			out[n++] = letter[i];
	out[n] = '\0';
}

/* as bytes come, a copy of exactly that many each time */
static unsigned
read_head(const char *p, size_t n, size_t step)
{
	size_t have, used = 0;
	unsigned bad = 0;
	char *copy;

	for (have = step; bad == 0 && used == 0; have += step) {
		have = have > n ? n : have;
		copy = malloc(have);
		memcpy(copy, p, have);
		used = httphead_end(copy, have, &bad);
		if (used > 0)
			bad = httphead_parse(&head, copy, used);
		/* the slices shall live */
		if (used > 0 && bad == 0)
			bad = httphead_parse(&head, p, used);
		free(copy);
		if (have == n)
			break;
	}
	return used == 0 && bad == 0 ? 1 : bad;
}

static void
table(void)
{
	char got[400];
	size_t i, step;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (step = 1; step <= 1024; step *= 1024) {
			unsigned r = read_head(cases[i].head,
			    strlen(cases[i].head), step);

			is_num(r, cases[i].status, cases[i].name);
			if (r != 0)
				continue;
			says(&head, got, sizeof got);
			is_str(got, cases[i].says, cases[i].name);
		}
}

/* a NUL, where it would end what C takes for a text */
static void
nul(void)
{
	static const char in_value[] = GET "X: a\0b\r\n\r\n",
			  in_name[] = GET "X\0: a\r\n\r\n",
			  in_target[] = "GET /a\0 HTTP/1.1\r\nHost: h\r\n\r\n";

	is_num(read_head(in_value, sizeof in_value - 1, 1000), 400,
	    "NUL in a value");
	is_num(read_head(in_name, sizeof in_name - 1, 1000), 400,
	    "NUL in a name");
	is_num(read_head(in_target, sizeof in_target - 1, 1000), 400,
	    "NUL in the target");
}

static unsigned
filled(const char *before, size_t n, const char *behind)
{
	struct buf b = { 0 };
	unsigned r;

	buf_puts(&b, before);
	while (n-- > 0)
		buf_putc(&b, 'a');
	buf_puts(&b, behind);
	r = read_head(buf_data(&b), buf_len(&b), 100000);
	buf_free(&b);
	return r;
}

static void
limits(void)
{
	struct buf b = { 0 };
	unsigned i;
	size_t rest = HTTPHEAD_MAX - strlen(GET "X: \r\n\r\n");

	is_num(filled(GET "X: ", rest, "\r\n\r\n"), 0, "the longest head");
	is_num(filled(GET "X: ", rest + 1, "\r\n\r\n"), 431, "one byte more");
	is_num(filled(GET "X: ", rest + 5, ""), 431, "which has no end");
	is_num(filled("GET /", HTTPHEAD_TARGET_MAX - 1,
		   " HTTP/1.1\r\nHost: h\r\n\r\n"),
	    0, "the longest target");
	is_num(filled("GET /", HTTPHEAD_TARGET_MAX,
		   " HTTP/1.1\r\nHost: h\r\n\r\n"),
	    414, "one byte more");
	is_num(filled("GET /", HTTPHEAD_TARGET_MAX + 100, ""), 414,
	    "which has no end");
	buf_puts(&b, "GET / HTTP/1.1\r\n");
	for (i = 1; i < HTTPHEAD_FIELDS_MAX; i++)
		buf_puts(&b, "X: y\r\n");
	buf_puts(&b, "Host: h\r\n\r\n");
	is_num(read_head(buf_data(&b), buf_len(&b), 100000), 0,
	    "the most fields");
	b.end -= 2;
	buf_puts(&b, "X: y\r\n\r\n");
	is_num(read_head(buf_data(&b), buf_len(&b), 100000), 431, "one more");
	buf_free(&b);
}

static void
query(void)
{
	static const char text[] =
	    "GET /?a=1&b=x+y%2Bz&a=%32&c&d=%0g&e=%00&f=abc HTTP/1.1\r\n"
	    "Host: h\r\n\r\n";
	char v[8];

	is_num(read_head(text, sizeof text - 1, 1000), 0, "a query");
	is_num(httphead_query(&head, "a", 0, v, sizeof v), 1, "a value");
	is_str(v, "1", "is this");
	httphead_query(&head, "a", 1, v, sizeof v);
	is_str(v, "2", "the second one of that name");
	is_num(httphead_query(&head, "a", 2, v, sizeof v), -1, "no third");
	is_num(httphead_query(&head, "b", 0, v, sizeof v), 5, "decoded");
	is_str(v, "x y+z", "is this");
	is_num(httphead_query(&head, "c", 0, v, sizeof v), -1, "no value");
	is_num(httphead_query(&head, "d", 0, v, sizeof v), -2, "no digits");
	is_num(httphead_query(&head, "e", 0, v, sizeof v), -2, "a NUL");
	is_num(httphead_query(&head, "f", 0, v, 4), 3, "it fits");
	is_num(httphead_query(&head, "f", 0, v, 3), -2, "and does not");
}

int
main(void)
{
	unsigned bad;

	is_num((long long)httphead_end("", 0, &bad), 0, "nothing came");
	is_num(bad, 0, "which is no fault");
	is_num((long long)httphead_end(GET "\r\nGET", strlen(GET) + 5, &bad),
	    (long long)strlen(GET) + 2, "what follows is another request");
	table();
	nul();
	limits();
	query();
	return done();
}
