#include "ship/cursor.h"
#include "tap.h"

static const struct cursor one = {
	.src = "smtp-final",
	.at = { .behind = "@400000006955b90d0bebc200",
	    .name = "@400000006955b90d0bebc201",
	    .off = 12345,
	    .ino = 678,
	    .head_len = 93,
	    .head = "0123456789abcdef",
	    .files = { .read = { { "@400000006955b90d0bebc1f0",
			   "@400000006955b90d0bebc200" } },
		.waiting = { { "@400000006955b90d0bebc201", 77, 0 } },
		.n_read = 1,
		.n_waiting = 1 } },
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

/* as it was kept before there was a list of files */
static void
former(void)
{
	static const char text[] =
	    "src:a\tbehind:@400000006955b90d0bebc200\t"
	    "newest:@400000006955b90d0bebc202\thead-len:0\thead:\toff:7\t"
	    "ino:678\tpending:2\tevents:1\ttaken:1\tfiltered:0\tdead:0\t"
	    "other:0\tlost:0\tlogged:1\tsum:5\tlast-us:9\nend:1\n";
	const char *p = text;
	struct cursor c;

	is_num(cursor_next(&p, text + sizeof text - 1, &c), 1, "a former one");
	is_num((long long)c.at.pending, 2, "how many wait");
	is_num((long long)c.at.off, 7, "its place");
	ok(logfiles_is_read(&c.at.files, "@400000006955b90d0bebc200") &&
		logfiles_is_read(&c.at.files, "@3000000000000000000000ff") &&
		!logfiles_is_read(&c.at.files, "@400000006955b90d0bebc201"),
	    "all up to a name have been read");
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
	former();
	return done();
}
