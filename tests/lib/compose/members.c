#include "compose/members.h"
#include "tap.h"

static const char *const names[] = { "to", "reply-to", "send-at" };

static void
check_read(const char *in, const char *path, const char *why)
{
	json_t *j = json_loads(in, JSON_DECODE_ANY, NULL), *out[3];
	struct compose_fault f = { 0 };
	int r = members_read(j, names, 3, out, &f);

	is_num(r, *why == '\0' ? 0 : -1, in);
	is_str(f.path, path, "path");
	is_str(f.why, why, "why");
	json_decref(j);
}

static void
check_text(const char *in, const char *want)
{
	json_t *j = json_loads(in, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	char room[MEMBERS_NUMBER_ROOM];
	struct slice s;
	int r = members_text(j, &s, room);

	is_num(r, want == NULL ? -1 : 0, in);
	if (want != NULL)
		ok(s.n == strlen(want) && memcmp(s.p, want, s.n) == 0, want);
	json_decref(j);
}

static void
check_control(void)
{
	static const struct {
		const char *p;
		size_t n;
		int want;
	} cases[] = { { "", 0, 0 }, { "abc ~", 5, 0 }, { "a\nb", 3, 1 },
		{ "a\0b", 3, 1 }, { "\177", 1, 1 }, { "a\303\274", 3, 0 },
		{ "a\302\205", 3, 1 }, { "a\tb", 3, 1 } };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(members_control((struct slice){
			   cases[i].p, cases[i].n }),
		    cases[i].want, cases[i].p);
}

int
main(void)
{
	struct compose_fault f = { 0 };
	json_t *j, *out[3];
	int i;

	check_read("{}", "", "");
	check_read("{\"to\":1,\"reply_to\":2,\"send-at\":null}", "", "");
	check_read("[]", "", "no object");
	check_read("{\"tu\":1}", "tu", "unknown");
	check_read("{\"To\":1}", "To", "unknown");
	check_read("{\"\":1}", "", "unknown");
	check_read("{\"reply_to\":1,\"reply-to\":2}", "reply-to",
	    "stands twice");
	check_read("{\"a\\nb\":1}", "a?b", "unknown");
	check_read("{\"aaaaaaaaaabbbbbbbbbbccccccccccddd\":1}",
	    "aaaaaaaaaabbbbbbbbbbccccccccccddd", "unknown");

	j = json_loads("{\"send_at\":3,\"to\":null}", 0, NULL);
	members_read(j, names, 3, out, &f);
	ok(out[0] == NULL && out[1] == NULL && json_integer_value(out[2]) == 3,
	    "by their numbers");
	json_decref(j);

	check_text("\"x\"", "x");
	check_text("-12", "-12");
	check_text("1.5", "1.5");
	check_text("true", "true");
	check_text("false", "false");
	check_text("null", NULL);
	check_text("[]", NULL);
	check_control();

	composefault_say(&f, "x");
	composefault_in(&f, "to");
	composefault_at(&f, 3);
	composefault_in(&f, "recipients");
	is_str(f.path, "recipients[3].to", "a path");
	composefault_say(&f, "x");
	composefault_at(&f, 1);
	composefault_at(&f, 2);
	is_str(f.path, "[2][1]", "of lists");
	for (i = 0; i < 100; i++)
		composefault_in(&f, "abcdefgh");
	ok(strlen(f.path) < COMPOSEFAULT_PATH_LEN, "a long one is cut");
	is_num(composefault_memory(&f), -1, "memory");
	ok(f.memory && f.path[0] == '\0', "has no path");
	return done();
}
