#include "ship/shipfile.h"
#include "memlookup.h"
#include "tap.h"

static struct memtable table;

/* what is said of a text, without the last LF */
static const char *
faults(const char *text)
{
	static char out[400];

	memtable_free(&table);
	memtable_make(&table, &conffile_ship, text);
	snprintf(out, sizeof out, "%.*s", (int)buf_len(&table.faults),
	    buf_data(&table.faults));
	return out;
}

static void
lines(void)
{
	static struct shipfile_line l;
	const char *data;
	size_t n;

	is_str(faults("hook webhook http://127.0.0.1:9000/ batch=10 "
		      "filter=\"ev:sent | ev:bounced\"\n"
		      "mine link \"sed -u s/a/b/\"\n"),
	    "", "two lines");
	is_num((long long)table.n, 2, "two records");
	data = table.record[0].data;
	n = table.record[0].data_len;
	is_num(shipfile_read(&l, data, n), 0, "read again");
	is_str(l.keys.kind->name, "webhook", "its kind");
	is_str(l.keys.place, "http://127.0.0.1:9000/", "its place");
	is_num((long long)shipkeys_num(&l.keys, "batch"), 10, "a key");
	is_str(shipkeys_text(&l.keys, "filter"), "ev:sent | ev:bounced",
	    "one with blanks");
	is_num(shipfile_read(&l, table.record[1].data,
		   table.record[1].data_len),
	    0, "the second");
	is_str(l.keys.place, "sed -u s/a/b/", "a command");
}

static void
wrong(void)
{
	static const struct {
		const char *text, *part;
	} t[] = {
		{ "hook", "want NAME KIND" },
		{ "hook link", "want NAME KIND" },
		{ "hook nothing x", "nothing: no such kind" },
		{ "-hook link x", "not a destination's name" },
		{ ".hook link x", "not a destination's name" },
		{ "a/b link x", "not a destination's name" },
		{ "hook link x\nhook link y", "line 1" },
		{ "hook link x gzip=yes", "gzip: no key of this kind" },
		{ "hook link x filter=ev=sent", "filter: want : ~ < or >" },
		{ "hook link \"x", "a quote is not closed" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		ok(strstr(faults(t[i].text), t[i].part) != NULL, t[i].text);
}

static void
limits(void)
{
	struct buf b = { 0 };
	char name[SHIPFILE_NAME_MAX + 2];
	unsigned i;

	memset(name, 'x', sizeof name);
	ok(shipfile_name(name, SHIPFILE_NAME_MAX), "a long name");
	ok(!shipfile_name(name, SHIPFILE_NAME_MAX + 1), "one byte more");
	for (i = 0; i < SHIPFILE_DESTINATIONS_MAX; i++)
		buf_printf(&b, "d%u link x\n", i);
	buf_putc(&b, '\0');
	is_str(faults(buf_data(&b)), "", "as many as there may be");
	b.end--;
	buf_puts(&b, "more link x\n");
	buf_putc(&b, '\0');
	ok(strstr(faults(buf_data(&b)), "too many destinations") != NULL,
	    "one more");
	buf_free(&b);
}

int
main(void)
{
	lines();
	wrong();
	limits();
	memtable_free(&table);
	return done();
}
