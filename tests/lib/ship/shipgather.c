#include "ship/shipgather.h"
#include "tap.h"

static struct shipgather g;

static int
add(const char *event, const struct shipgather_most *most)
{
	size_t before = buf_len(&g.text);

	buf_puts(&g.text, event);
	return shipgather_added(&g, most, before, 1000 + g.n, 50 + g.n);
}

static const char *
text(const struct buf *b)
{
	static char out[100];

	snprintf(out, sizeof out, "%.*s", (int)buf_len(b), buf_data(b));
	return out;
}

static void
by_number(void)
{
	static const struct shipgather_most most = { 2, 1000 };

	shipgather_clear(&g);
	is_num(add("a\n", &most), 1, "one of two");
	ok(!g.full, "there is room");
	is_num(add("b\n", &most), 1, "two of two");
	ok(g.full, "it is full");
	is_num(g.n, 2, "two");
	is_num(g.first_us, 1000, "the time of the first");
	is_num(g.since_ms, 50, "and since when it is there");
}

static void
by_bytes(void)
{
	static const struct shipgather_most most = { 100, 8 };

	shipgather_clear(&g);
	is_num(add("abc\n", &most), 1, "half of it");
	is_num(add("def\n", &most), 1, "all of it");
	ok(g.full, "it is full");
	shipgather_clear(&g);
	ok(!g.full && g.n == 0 && buf_len(&g.text) == 0, "and empty again");
	is_num(add("abc\n", &most), 1, "half of it");
	is_num(add("defg\n", &most), 0, "a byte too many");
	ok(g.full, "so it is full");
	is_num(g.n, 1, "with one");
	is_str(text(&g.text), "abc\n", "and nothing of the other");
	shipgather_clear(&g);
	is_num(add("abcdefgh\n", &most), 1, "alone it may be longer");
	ok(g.full, "and has no room beside it");
}

static void
events(void)
{
	static const struct shipgather_most most = { 100, 1000 };
	static const char *const line[] = { "a\n", "bb\n", "\n", "dd\n" };
	static const uint16_t some[] = { 1, 3 };
	struct buf out = { 0 };
	const char *p;
	char one[10];
	unsigned i;
	size_t n;

	shipgather_clear(&g);
	for (i = 0; i < 4; i++)
		add(line[i], &most);
	for (i = 0; i < 4; i++) {
		p = shipgather_event(&g, i, &n);
		snprintf(one, sizeof one, "%.*s", (int)n, p);
		is_str(one, line[i], "an event");
	}
	is_num(shipgather_part(&g, some, 2, &out), 0, "some of them");
	is_str(text(&out), "bb\ndd\n", "in their order");
	is_num(shipgather_part(&g, some, 0, &out), 0, "none");
	is_str(text(&out), "bb\ndd\n", "is nothing more");
	buf_free(&out);
}

int
main(void)
{
	by_number();
	by_bytes();
	events();
	buf_free(&g.text);
	return done();
}
