/* who is suppressed: of the table and of the journal behind it, as others write
 * both */
#include "suppress/suppressed.h"
#include "base/clock.h"
#include "suppress/suppressmake.h"
#include "suppressdir.h"
#include "tap.h"
#include <errno.h>
#include <sys/stat.h>

enum { NOW = 1790000000 };

static struct suppressed list;
static struct suppressline line;

static int
look(const char *tenant, const char *stream, const char *to)
{
	/* as if it were later */
	list.checked_ms -= SUPPRESSED_CHECK_MS;
	list.table.checked_ms -= 2 * SUPPRESSED_CHECK_MS;
	return suppressed_look(&list, suppressdir_slice(tenant),
	    suppressdir_slice(stream), suppressdir_slice(to), NOW, &line);
}

static void
add(const char *tenant, const char *stream, const char *to, int64_t until_s)
{
	suppressdir_add(SUPPRESSLINE_ADD, tenant, stream, to, 1, until_s);
}

static void
drop(const char *tenant, const char *stream, const char *to)
{
	suppressdir_add(SUPPRESSLINE_REMOVE, tenant, stream, to, 2, 0);
}

static void
make(void)
{
	struct suppressmake_sums sums;

	is_num(suppressmake(suppressdir, NOW, 0, &sums), 0, "compiled");
}

static const struct {
	const char *tenant, *stream, *to;
	int want;
} asked[] = {
	{ "acme", "news", "stream@example.org", 1 },
	{ "acme", "other", "stream@example.org", 0 },
	{ "acme", "", "stream@example.org", 0 },
	{ "acme", "news", "tenant@example.org", 1 },
	{ "acme", "", "tenant@example.org", 1 },
	{ "other", "news", "tenant@example.org", 0 },
	{ "", "", "tenant@example.org", 0 },
	{ "other", "news", "any@example.org", 1 },
	{ "other", "", "any@example.org", 0 },
	{ "other", "x", "all@example.org", 1 },
	{ "", "", "all@example.org", 1 },
	{ "", "", "ALL@Example.Org.", 1 },
	{ "", "", "all+ext@example.org", 0 },
	{ "", "", "nobody@example.org", 0 },
	{ "", "", "no address", 0 },
	{ "", "x", "bare@example.org", 1 },
	{ "acme", "x", "bare@example.org", 0 },
	{ "acme", "", "over@example.org", 0 },
	{ "acme", "", "soon@example.org", 1 },
	{ "acme", "", "gone@example.org", 0 },
	{ "acme", "", "back@example.org", 1 },
};

static void
ask(const char *name)
{
	char text[100];
	unsigned i;

	for (i = 0; i < sizeof asked / sizeof *asked; i++) {
		snprintf(text, sizeof text, "%s: %s %s %s", name,
		    asked[i].tenant, asked[i].stream, asked[i].to);
		is_num(look(asked[i].tenant, asked[i].stream, asked[i].to),
		    asked[i].want, text);
	}
}

static void
fill(void)
{
	add("acme", "news", "stream@example.org", 0);
	add("acme", "*", "tenant@example.org", 0);
	add("*", "news", "any@example.org", 0);
	add("*", "*", "all@example.org", 0);
	add("", "*", "bare@example.org", 0);
	add("acme", "*", "over@example.org", NOW);
	add("acme", "*", "soon@example.org", NOW + 1);
	add("acme", "*", "gone@example.org", 0);
	drop("acme", "*", "gone@example.org");
	drop("acme", "*", "back@example.org");
	add("acme", "*", "back@example.org", 0);
}

/* a name that no list can have is not taken for a shorter one */
static void
long_names(void)
{
	static char t[SUPPRESSLINE_NAME_MAX + 2];

	memset(t, 'a', SUPPRESSLINE_NAME_MAX + 1);
	is_num(look(t, "", "bare@example.org"), 1,
	    "a tenant that is too long is none");
	t[SUPPRESSLINE_NAME_MAX] = '\0';
	add(t, "*", "long@example.org", 0);
	is_num(look(t, "", "long@example.org"), 1, "the longest one");
}

/* others write */
static void
news(void)
{
	add("acme", "*", "new@example.org", 0);
	list.checked_ms = clock_mono_ms();
	is_num(suppressed_look(&list, suppressdir_slice("acme"),
		   suppressdir_slice(""), suppressdir_slice("new@example.org"),
		   NOW, &line),
	    0, "not looked at again so soon");
	is_num(look("acme", "", "new@example.org"), 1, "but then");
	is_str(line.reason, "unknown-user", "with its reason");
	drop("acme", "*", "tenant@example.org");
	is_num(look("acme", "", "tenant@example.org"), 0,
	    "the journal comes before the table");
	add("acme", "*", "tenant@example.org", 0);
	is_num(look("acme", "", "tenant@example.org"), 1, "again");
	make();
	is_num(look("acme", "", "new@example.org"), 1, "of another table");
	is_num((long long)suppressed_tail(&list), 0, "nothing is behind it");
}

static void
damage(void)
{
	struct stat st;

	suppressdir_raw("journal", "nonsense\nact:add\tten", 20);
	is_num(look("acme", "", "new@example.org"), 1, "with a damaged line");
	is_num((long long)list.damaged, 1, "which is counted");
	add("acme", "*", "behind@example.org", 0);
	is_num(look("acme", "", "behind@example.org"), 1, "and more");
	is_num((long long)list.damaged, 2, "the torn one, too");
	/* another journal in its place */
	unlink(suppressdir_path("journal"));
	add("acme", "*", "else@example.org", 0);
	is_num(look("acme", "", "else@example.org"), 1, "another journal");
	is_num(look("acme", "", "new@example.org"), 1, "the table stays");
	is_num(look("acme", "", "behind@example.org"), 0,
	    "what was only in the old one is gone");
	unlink(suppressdir_path("journal"));
	is_num(look("acme", "", "new@example.org"), 1, "no journal");
	suppressdir_raw("journal", "no journal", 10);
	is_num(look("acme", "", "new@example.org"), -1, "a foreign file");
	is_num(errno, EINVAL, "is none");
	unlink(suppressdir_path("journal"));
	add("acme", "*", "last@example.org", 0);
	is_num(look("acme", "", "last@example.org"), 1, "good again");
	stat(suppressdir_path("table.cdb"), &st);
	truncate(suppressdir_path("table.cdb"), st.st_size / 2);
	suppressed_close(&list);
	suppressed_open(&list, suppressdir);
	is_num(look("acme", "", "unknown@example.org"), -1, "a cut table");
	is_num(look("acme", "", "last@example.org"), 1,
	    "what the journal says is known");
}

/* more behind the table than is looked at */
static void
too_much(void)
{
	static char t[1 << 20];
	struct suppressline l = suppressdir_line(SUPPRESSLINE_ADD, "acme", "*",
	    "beyond@example.org", 1, 0);
	struct buf b = { 0 };
	unsigned i;

	unlink(suppressdir_path("table.cdb"));
	suppressline_put(&b, &l, 0);
	memset(t, 'x', sizeof t - 1);
	for (i = 0; i < sizeof t; i += 4096)
		t[i] = '\n';
	for (i = 0; i <= SUPPRESSED_TAIL_MAX / sizeof t; i++)
		suppressdir_raw("journal", t, sizeof t);
	suppressdir_raw("journal", "\n", 1);
	suppresslog_append(&suppressdir_log, &b);
	buf_free(&b);
	suppressed_close(&list);
	suppressed_open(&list, suppressdir);
	is_num(look("acme", "", "last@example.org"), 1, "what is before");
	is_num(look("acme", "", "beyond@example.org"), 0, "not what is behind");
	ok(list.behind, "and it says so");
	make();
	is_num(look("acme", "", "beyond@example.org"), 1, "until compiled");
	ok(!list.behind, "and then not");
}

int
main(void)
{
	suppressdir_make();
	is_num(suppressed_open(&list, "/dev/null"), -1, "no folder");
	is_num(look("acme", "", "all@example.org"), -1, "nothing is known");
	suppressed_close(&list);
	is_num(suppressed_open(&list, "/nonexistent"), 0, "one to come");
	is_num(look("acme", "", "all@example.org"), 0, "suppresses nobody");
	suppressed_close(&list);
	is_num(suppressed_open(&list, suppressdir), 0, "an empty list");
	is_num(look("acme", "", "all@example.org"), 0, "suppresses nobody");
	fill();
	ask("journal");
	make();
	ask("table");
	suppressed_close(&list);
	is_num(suppressed_open(&list, suppressdir), 0, "opened again");
	ask("table alone");
	long_names();
	news();
	damage();
	too_much();
	suppressed_close(&list);
	suppressdir_remove();
	return done();
}
