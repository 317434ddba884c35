/* the steps of a decision, as text */
#include "route/routewhy.h"
#include "tap.h"

static struct routewhy why;

static const char *
text(void)
{
	buf_putc(&why.text, '\0');
	why.text.end--;
	return buf_data(&why.text);
}

/* in a line of a job */
static void
label(void)
{
	struct buf b = { 0 };

	is_num(routewhy_put(&b, NULL), 0, "of nothing");
	is_num((long)buf_len(&b), 0, "there is no label");
	routewhy_step(&why, "routes", 3, "x");
	routewhy_put(&b, &why);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "why-route:routes:3: x", "else its name");
	buf_free(&b);
}

int
main(void)
{
	static struct routing w;
	static struct protect how;

	routewhy_step(&why, "routes", 3, "matches a@b");
	routewhy_step(&why, "local", 0, "b is local");
	is_str(text(), "routes:3: matches a@b\nlocal: b is local\n",
	    "with its line, and without one");
	buf_clear(&why.text);
	routewhy_provider(&why, &w);
	is_str(text(), "", "nobody is known");
	w.addr.domain = "b.example";
	w.addr.domain_len = 9;
	w.provider.name = (struct slice){ "big", 3 };
	w.provider.line = 7;
	routewhy_provider(&why, &w);
	w.provider.shipped = 1;
	routewhy_provider(&why, &w);
	is_str(text(),
	    "providers:7: b.example is with big\n"
	    "shipped providers:7: b.example is with big\n",
	    "who runs the servers");
	buf_clear(&why.text);
	routewhy_left_out(&why, &how);
	is_str(text(), "", "no host is left out");
	ok(!why.lost, "all of it stands there");
	label();
	buf_free(&why.text);
	return done();
}
