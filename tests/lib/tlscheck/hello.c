/* tlscheck/hello: what is asked, and answers whole and in pieces */
#include "tlscheck/hello.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

static unsigned char bytes[HELLO_ANSWER_MAX + 70000];
static size_t len;
static struct hello_answer a;

static void
put(unsigned n, unsigned value)
{
	while (n-- > 0)
		bytes[len++] = (unsigned char)(value >> 8 * n);
}

static void
zeros(size_t n)
{
	memset(bytes + len, 0, n);
	len += n;
}

static void
server_hello(unsigned version, unsigned suite, unsigned extended)
{
	unsigned x = extended != 0 ? 8 : 0, body = 2 + 32 + 1 + 4 + 2 + 1 + x;

	put(1, 22);
	put(2, 0x0303);
	put(2, body + 4);
	put(1, 2);
	put(3, body);
	put(2, version);
	zeros(32);
	put(1, 4);
	zeros(4);
	put(2, suite);
	put(1, 0);
	if (x != 0) {
		put(2, 6);
		put(2, 43);
		put(2, 2);
		put(2, extended);
	}
}

/* n certificates of so many bytes, in records of 16384 */
static void
certs(unsigned n, unsigned size)
{
	static unsigned char message[HELLO_ANSWER_MAX];
	size_t from = len, all = n * (3 + (size_t)size), i, k;

	put(1, 11);
	put(3, (unsigned)all + 3);
	put(3, (unsigned)all);
	for (i = 0; i < n; i++) {
		put(3, size);
		memset(bytes + len, (int)('a' + i), size);
		len += size;
	}
	all = len - from;
	memcpy(message, bytes + from, all);
	len = from;
	for (i = 0; i < all; i += k) {
		k = all - i < 16384 ? all - i : 16384;
		put(1, 22);
		put(2, 0x0303);
		put(2, (unsigned)k);
		memcpy(bytes + len, message + i, k);
		len += k;
	}
}

static void
end(int asks)
{
	put(1, 22);
	put(2, 0x0303);
	put(2, 8 + (asks ? 4 : 0) + 4);
	put(1, 12);
	put(3, 4);
	put(1, 3);
	put(2, 29);
	put(1, 0);
	if (asks) {
		put(1, 13);
		put(3, 0);
	}
	put(1, 14);
	put(3, 0);
}

static enum hello_state
read_in(size_t piece)
{
	size_t i, n;

	hello_free(&a);
	for (i = 0; i < len; i += n) {
		n = len - i < piece ? len - i : piece;
		hello_read(&a, bytes + i, n);
	}
	return a.state;
}

static void
answers(void)
{
	size_t piece;

	for (piece = 1; piece < 500; piece += 83) {
		len = 0;
		server_hello(0x0303, 0xC02B, 0);
		certs(2, 300);
		end(1);
		is_num(read_in(piece), HELLO_DONE, "TLS 1.2");
		is_num(a.version, HELLO_TLS12, "is its version");
		is_str(hello_suite_name(a.suite),
		    "ECDHE-ECDSA-AES128-GCM-SHA256", "its suite");
		is_str(hello_curve_name(a.curve), "X25519", "its curve");
		is_num(a.asks, 1, "it asks for ours");
		is_num(a.chain.n, 2, "two certificates");
		ok(a.chain.n == 2 && a.chain.cert[1][299] == 'b' &&
			a.chain.len[1] == 300,
		    "as they are");
		len = 0;
		server_hello(0x0303, 0x1301, 0x0304);
		is_num(read_in(piece), HELLO_DONE, "TLS 1.3");
		is_num(a.version, HELLO_TLS13, "says so in an extension");
		len = 0;
		put(4, 0x15030300);
		put(3, 0x020228);
		is_num(read_in(piece), HELLO_ALERT, "an alert");
		is_num(a.alert, 40, "which one");
		len = 0;
		put(4, 0x15030300);
		put(3, 0x020170);
		server_hello(0x0303, 0x009E, 0);
		end(0);
		is_num(read_in(piece), HELLO_DONE, "a warning, and on");
		is_num(a.curve, 0, "DHE has no curve");
		is_num(a.chain.n, 0, "nor was there a certificate");
		len = 0;
		put(4, 0x32323020);
		is_num(read_in(piece), HELLO_NONE, "SMTP is no answer");
		len = 0;
		server_hello(0x0303, 0xC02B, 0);
		is_num(read_in(piece), HELLO_MORE, "half of it");
		is_num(a.version, HELLO_TLS12, "says its version");
		len = 0;
		put(4, 0x16030300);
		put(1, 0);
		is_num(read_in(piece), HELLO_MORE, "a record of nothing");
		len = 0;
		end(0);
		is_num(read_in(piece), HELLO_NONE, "without a hello");
	}
}

static void
limits(void)
{
	len = 0;
	server_hello(0x0303, 0xC02B, 0);
	certs(TLS_CHAIN_CERTS_MAX, 100);
	end(0);
	is_num(read_in(1000), HELLO_DONE, "as many certificates as are kept");
	is_num(a.chain.n, TLS_CHAIN_CERTS_MAX, "all");
	is_num(a.chain.over, 0, "of them");
	len = 0;
	server_hello(0x0303, 0xC02B, 0);
	certs(TLS_CHAIN_CERTS_MAX + 1, 100);
	end(0);
	is_num(read_in(1000), HELLO_DONE, "one more");
	is_num(a.chain.n, TLS_CHAIN_CERTS_MAX, "is not kept");
	is_num(a.chain.over, 1, "and that is known");
	len = 0;
	server_hello(0x0303, 0xC02B, 0);
	certs(1, TLS_CERT_MAX);
	end(0);
	is_num(read_in(1000), HELLO_DONE, "as long as may be");
	is_num(a.chain.n, 1, "is kept");
	len = 0;
	server_hello(0x0303, 0xC02B, 0);
	certs(1, TLS_CERT_MAX + 1);
	end(0);
	is_num(read_in(1000), HELLO_DONE, "a byte more");
	is_num(a.chain.n, 0, "is not");
	hello_free(&a);
	len = HELLO_ANSWER_MAX;
	memset(bytes, 22, len);
	is_num(read_in(len), HELLO_MORE, "as many bytes as are looked at");
	len++;
	is_num(read_in(len), HELLO_NONE, "one more");
	len = 0;
	server_hello(0x0303, 0xC02B, 0);
	bytes[len - 8] = 200;
	is_num(read_in(len), HELLO_NONE,
	    "a session id that is longer than all");
	len = 0;
	server_hello(0x0303, 0xC02B, 0);
	put(1, 22);
	put(2, 0x0303);
	put(2, 10);
	put(1, 11);
	put(3, 6);
	put(3, 3);
	put(3, 9);
	end(0);
	is_num(read_in(len), HELLO_NONE, "a certificate that is longer, too");
	hello_free(&a);
}

static unsigned
at(const unsigned char *p, size_t n)
{
	unsigned v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

static void
asks(void)
{
	uint16_t suites[HELLO_SUITES_MAX];
	size_t n = hello_suites(~0u, suites), made, i;
	unsigned char out[HELLO_BYTES_MAX];
	char name[HELLO_NAME_MAX + 2];
	struct hello_ask q = {
		.version = HELLO_TLS12, .suites = suites, .n_suites = n
	};
	size_t plain = hello_make(&q, out);

	is_num(at(out + 3, 2), plain - 5, "the length of the record");
	is_num(at(out + 6, 3), plain - 9, "of the message");
	is_num(at(out + 9, 2), HELLO_TLS12, "the version");
	is_num(at(out + 76, 2), 2 * n, "the suites");
	q.name = "mx.test";
	is_num(hello_make(&q, out), plain + 9 + 7, "a name is 9 bytes more");
	ok(memmem(out, plain + 16, "\0\0\0\14\0\12\0\0\7mx.test", 16) != NULL,
	    "and stands there");
	memset(name, 'x', sizeof name);
	name[HELLO_NAME_MAX] = '\0';
	q.name = name;
	q.version = HELLO_TLS13;
	made = hello_make(&q, out);
	ok(made > plain + HELLO_NAME_MAX, "a name as long as may be");
	is_num(at(out + 9, 2), HELLO_TLS12, "TLS 1.3 stands elsewhere");
	ok(memmem(out, made, "\0\53\0\3\2\3\4", 7) != NULL, "there");
	name[HELLO_NAME_MAX] = 'x';
	name[HELLO_NAME_MAX + 1] = '\0';
	ok(hello_make(&q, out) < made - HELLO_NAME_MAX, "a byte more: none");
	q.version = HELLO_TLS10;
	hello_make(&q, out);
	is_num(at(out + 9, 2), HELLO_TLS10, "TLS 1.0");
	for (i = 0; i < n; i++)
		ok(hello_suite_kind(suites[i]) != 0 &&
			strcmp(hello_suite_name(suites[i]), "other") != 0,
		    "a suite is known");
	is_num(hello_suite_kind(0xfefe), 0, "another is not");
	is_str(hello_suite_name(0xfefe), "other", "nor its name");
}

int
main(void)
{
	answers();
	limits();
	asks();
	return done();
}
