/* base64: vectors of RFC 4648 section 10, errors, the form for URLs */
#include "base/base64.h"
#include "tap.h"

static const struct {
	const char *plain, *coded, *url;
} vectors[] = {
	{ "", "", "" },
	{ "f", "Zg==", "Zg" },
	{ "fo", "Zm8=", "Zm8" },
	{ "foo", "Zm9v", "Zm9v" },
	{ "foob", "Zm9vYg==", "Zm9vYg" },
	{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
	{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
	{ "\373\377\277", "+/+/", "-_-_" },
};

static const char *const bad[] = { "Z", "Zg=", "Zg===", "Z===", "=",
	"==", "====", "Zg==Zg==", "Zg==x",
	"Zm8==", "Zm9v=", "Zm9v==", "Zm9v====", "Zm9vY", "Zm9vY===", "Zm=8",
	"Zm9v!", "Zm-_", "Zm9v\177", "Z\303\274", "Zg=x=" };
static const char *const bad_url[] = { "Z", "Zg==", "Zm8=", "Zm9v\n", "Z m9v",
	"+/+/", "Zm9vY" };
static const struct {
	const char *coded, *plain;
} blanks[] = {
	{ " Zm9v\r\n\tYmFy \n", "foobar" },
	{ "Z g = =", "f" },
	{ "Zg", "f" }, /* padding may be missing */
	{ "Zm8", "fo" },
	{ " \n", "" },
};

static struct buf b;

static void
is_buf(const char *want, const char *name)
{
	buf_putc(&b, '\0');
	is_str(buf_data(&b), want, name);
	buf_clear(&b);
}

int
main(void)
{
	unsigned char out[300], all[256];
	size_t i, n;
	long r;

	for (i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		n = strlen(vectors[i].plain);
		is_num(base64_put(&b, vectors[i].plain, n), 0, "put");
		is_buf(vectors[i].coded, "coded");
		is_num(base64_put_url(&b, vectors[i].plain, n), 0, "put");
		is_buf(vectors[i].url, "for URLs");
		r = base64_get(vectors[i].coded, strlen(vectors[i].coded), out,
		    n);
		ok(r == (long)n && memcmp(out, vectors[i].plain, n) == 0,
		    "and back, into no more room than needed");
		r = base64_get_url(vectors[i].url, strlen(vectors[i].url), out,
		    n);
		ok(r == (long)n && memcmp(out, vectors[i].plain, n) == 0,
		    "from URLs");
		if (n > 0)
			is_num(base64_get(vectors[i].coded,
				   strlen(vectors[i].coded), out, n - 1),
			    -1, "one byte too little room");
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(base64_get(bad[i], strlen(bad[i]), out, sizeof out), -1,
		    bad[i]);
	is_num(base64_get("Zm9\0", 4, out, sizeof out), -1, "NUL");
	for (i = 0; i < sizeof bad_url / sizeof *bad_url; i++)
		is_num(base64_get_url(bad_url[i], strlen(bad_url[i]), out,
			   sizeof out),
		    -1, bad_url[i]);
	for (i = 0; i < sizeof blanks / sizeof *blanks; i++) {
		n = strlen(blanks[i].plain);
		r = base64_get(blanks[i].coded, strlen(blanks[i].coded), out,
		    sizeof out);
		ok(r == (long)n && memcmp(out, blanks[i].plain, n) == 0,
		    blanks[i].coded);
	}
	/* every byte, every length */
	for (i = 0; i < 256; i++)
		all[i] = (unsigned char)(255 - i);
	for (n = 0; n <= 256; n++) {
		base64_put(&b, all, n);
		r = base64_get(buf_data(&b), buf_len(&b), out, n);
		if (r != (long)n || memcmp(out, all, n) != 0 ||
		    buf_len(&b) != (n + 2) / 3 * 4)
			ok(0, "round trip");
		buf_clear(&b);
		base64_put_url(&b, all, n);
		r = base64_get_url(buf_data(&b), buf_len(&b), out, n);
		if (r != (long)n || memcmp(out, all, n) != 0)
			ok(0, "round trip for URLs");
		buf_clear(&b);
	}
	ok(1, "round trips");
	for (i = 0, n = 0; i < 256; i++)
		n += base64_value((char)i) != -1;
	is_num((long long)n, 64, "so many letters");
	ok(base64_value('A') == 0 && base64_value('z') == 51 &&
		base64_value('0') == 52 && base64_value('+') == 62 &&
		base64_value('/') == 63 && base64_value('=') == -1,
	    "and what they stand for");
	/* what is there stays */
	buf_puts(&b, "x: ");
	base64_put(&b, "foo", 3);
	is_buf("x: Zm9v", "behind what is there");
	buf_free(&b);
	return done();
}
