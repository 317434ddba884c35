#include "ship/cursor.h"
#include "tap.h"

static const struct cursor one = {
	.src = "smtp-final",
	.at = { "@400000006955b90d0bebc200", 12345, 678, 93, "0123456789abcdef",
	    "@400000006955b90d0bebc201", 7 },
	.n = { 100, 60, 30, 10, 5, 2, 100, 77, 1796029205000000 },
};

/* how many there are, -1: damaged */
static int
count(const char *p, size_t n)
{
	const char *end = p + n;
	struct cursor c;
	int r, i = 0;

	while ((r = cursor_next(&p, end, &c)) == 1)
		i++;
	return r == -1 ? -1 : i;
}

int
main(void)
{
	struct cursor other = { .src = "a\tb" }, got;
	struct buf b = { 0 };
	const char *p;
	size_t n;
	int bad = 0;

	cursor_put(&b, &one);
	cursor_put(&b, &other);
	cursor_end(&b);
	p = buf_data(&b);
	is_num(count(p, buf_len(&b)), 2, "two");
	cursor_next(&p, buf_data(&b) + buf_len(&b), &got);
	ok(memcmp(&got.at, &one.at, sizeof got.at) == 0, "its place");
	ok(memcmp(&got.n, &one.n, sizeof got.n) == 0, "its counts");
	is_str(got.src, one.src, "its log");
	cursor_next(&p, buf_data(&b) + buf_len(&b), &got);
	is_str(got.src, other.src, "an odd name");
	for (n = 0; n < buf_len(&b); n++)
		bad += count(buf_data(&b), n) != -1;
	is_num(bad, 0, "cut anywhere it is damaged");
	buf_puts(&b, "end:1\n");
	is_num(count(buf_data(&b), buf_len(&b)), -1, "nothing behind the end");
	buf_clear(&b);
	cursor_end(&b);
	is_num(count(buf_data(&b), buf_len(&b)), 0, "none");
	buf_clear(&b);
	strcpy(other.src, "../x");
	cursor_put(&b, &other);
	cursor_end(&b);
	is_num(count(buf_data(&b), buf_len(&b)), -1, "no path");
	buf_free(&b);
	ok(cursor_file("@400000006955b90d0bebc200", 25), "a file's name");
	ok(!cursor_file("@400000006955b90d0bebc20", 24), "too short");
	ok(!cursor_file("@400000006955b90d0bebc20g", 25), "no digit");
	ok(!cursor_file("4400000006955b90d0bebc200", 25), "no @");
	return done();
}
