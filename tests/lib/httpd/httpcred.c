/* who asks: credentials of all forms, and what is none */
#include "httpd/httpcred.h"
#include "tap.h"

#define V(l) c.q.value[ACCOUNTWIRE_##l]

static struct httphead head;
static struct httpcred c;
static char text[20000];

static int
of(const char *fields)
{
	snprintf(text, sizeof text, "POST /a?b=c HTTP/1.1\r\nHost: h\r\n%s\r\n",
	    fields);
	if (httphead_parse(&head, text, strlen(text)) != 0)
		return -2;
	return httpcred_read(&c, &head);
}

static void
is_slice(struct slice s, const char *want, const char *name)
{
	char got[2000];

	snprintf(got, sizeof got, "%.*s", (int)s.n, s.n > 0 ? s.p : "");
	is_str(got, want, name);
}

static void
good(void)
{
	is_num(of("Authorization: Bearer rp_a_b\r\n"), 0, "bearer");
	is_num(c.q.scheme, ACCOUNTWIRE_BEARER, "is one");
	is_slice(V(KEY), "rp_a_b", "its key");
	is_num(of("authorization: bEARER   rp_a_b\r\n"), 0, "in any case");
	is_slice(V(KEY), "rp_a_b", "the same");
	is_num(of("X-Server-API-Key: rp_c\r\n"), 0, "as Postal has it");
	is_slice(V(KEY), "rp_c", "its key");
	is_num(of("X-Server-API-Key: rp_c\r\nAuthorization: Bearer rp_d\r\n"),
	    0, "both");
	is_slice(V(KEY), "rp_d", "the one that HTTP has counts");
	/* ann:se:cret */
	is_num(of("Authorization: Basic YW5uOnNlOmNyZXQ=\r\n"), 0, "basic");
	is_slice(V(USER), "ann", "its user");
	is_slice(V(PASSWORD), "se:cret", "the first colon divides");
	is_num(of("Authorization: Basic YW5uOg==\r\n"), 0, "no password");
	is_num((long long)V(PASSWORD).n, 0, "is an empty one");
	is_num(of("Authorization: HMAC k1:12:ab:cd\r\n"), 0, "HMAC");
	is_slice(V(KEY), "k1", "its number");
	is_slice(V(TIME), "12", "time");
	is_slice(V(NONCE), "ab", "nonce");
	is_slice(V(SUM), "cd", "sum");
}

static void
none(void)
{
	static const char *const bad[] = { "", "Authorization: \r\n",
		"Authorization: Bearer\r\n", "Authorization: Bearer \r\n",
		"Authorization: rp_a\r\n", "Authorization: Digest a\r\n",
		"Authorization: Basic ====\r\n",
		"Authorization: Basic YW5u\r\n", /* no colon */
		"Authorization: Basic !!!\r\n", "Authorization: HMAC a:b:c\r\n",
		"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n",
		"X-Server-API-Key: \r\n",
		"X-Server-API-Key: a\r\nX-Server-API-Key: a\r\n" };
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(of(bad[i]), -1, bad[i]);
}

/* more of base64 than there is room for */
static void
limits(void)
{
	char line[2000] = "Authorization: Basic ";
	size_t at = strlen(line);

	memset(line + at, 'O', 1600);
	memcpy(line + at + 1600, "\r\n", 3);
	is_num(of(line), -1, "more than there is room for");
}

static void
signing(void)
{
	unsigned char sum[32] = { 0xab, 1 };
	struct buf b = { 0 };

	of("Authorization: HMAC k1:12:ab:cd\r\n");
	is_num(httpcred_signed(&c, &b, &head, sum), 0, "what is signed");
	is_slice(V(SIGNED),
	    "POST\n/a?b=c\n12\nab\n"
	    "ab010000000000000000000000000000000000000000000000000000"
	    "00000000",
	    "method, path with query, time, nonce, body");
	buf_free(&b);
}

int
main(void)
{
	good();
	none();
	limits();
	signing();
	httpcred_wipe(&c);
	is_num(c.q.scheme, 0, "nothing is left");
	return done();
}
