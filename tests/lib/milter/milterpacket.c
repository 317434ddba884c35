#include "milter/milterpacket.h"
#include "tap.h"

/* "C 3 abc" and what it takes, or "0", "-1" */
static const char *
show(const char *p, size_t n)
{
	static char out[100];
	struct milterpacket k;
	long r = milterpacket_get(p, n, &k);

	if (r <= 0)
		snprintf(out, sizeof out, "%ld", r);
	else
		snprintf(out, sizeof out, "%ld %c %zu %.*s", r, k.what, k.len,
		    (int)k.len, k.data);
	return out;
}

static void
reading(void)
{
	static const struct {
		const char *in;
		size_t n;
		const char *want;
	} t[] = {
		{ "\0\0\0\1c", 5, "5 c 0 " },
		{ "\0\0\0\4habc", 8, "8 h 3 abc" },
		{ "\0\0\0\4habcrest", 12, "8 h 3 abc" },
		{ "\0\0\0\0", 4, "-1" },
		{ "\0\020\0\1", 4, "-1" },
		{ "\0\020\0\0", 4, "0" },
		{ "\377\377\377\377", 4, "-1" },
		{ "HTTP", 4, "-1" },
	};
	size_t i, n;
	int early;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		is_str(show(t[i].in, t[i].n), t[i].want, t[i].want);
		early = 0;
		for (n = 0; n < t[i].n; n++)
			if (strcmp(show(t[i].in, n), "0") != 0 &&
			    strcmp(show(t[i].in, n), t[i].want) != 0)
				early = 1;
		ok(!early, "byte by byte");
	}
}

static void
writing(void)
{
	struct buf b = { 0 };
	struct milterpacket k;
	const char *p, *end;
	size_t at;

	buf_puts(&b, "before");
	milterpacket_begin(&b, 'X', &at);
	milterpacket_number(&b, 0x01020304);
	milterpacket_text(&b, "a\0b", 3);
	milterpacket_texts(&b, "");
	milterpacket_end(&b, at);
	milterpacket_put(&b, 'Q');
	buf_consume(&b, 6);
	is_num(milterpacket_get(buf_data(&b), buf_len(&b), &k), 14, "length");
	is_num(k.what, 'X', "its letter");
	is_num(milterpacket_u32(k.data), 0x01020304, "a number");
	p = k.data + 4;
	end = k.data + k.len;
	is_str(milterpacket_string(&p, end), "a b", "no NUL in a text");
	is_str(milterpacket_string(&p, end), "", "an empty text");
	ok(p == end && milterpacket_string(&p, end) == NULL, "no more");
	p = "abc";
	ok(milterpacket_string(&p, p + 3) == NULL, "a text without end");
	buf_consume(&b, 14);
	is_str(show(buf_data(&b), buf_len(&b)), "5 Q 0 ", "one without data");
	buf_free(&b);
}

int
main(void)
{
	reading();
	writing();
	return done();
}
