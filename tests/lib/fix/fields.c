/* fields changed, and that noted */
#include "fix/fields.h"
#include "tap.h"

static struct buf header;
static struct fix_mail mail = { .header = &header };

static void
is_header(const char *want, int changed, const char *what)
{
	buf_putc(&header, '\0');
	is_str(buf_data(&header), want, what);
	header.end--;
	is_num(mail.changed, changed, "noted");
}

int
main(void)
{
	struct fixfacts f;

	memset(&f, 0, sizeof f);
	buf_puts(&header, "A: b\n");
	is_num(fixfield_changed(&mail, 0), 0, "nothing changed");
	is_header("A: b\n", 0, "is as it was");
	is_num(fixfield_changed(&mail, -1), -1, "no memory");
	is_header("A: b\n", 0, "is no change");
	is_num(fixfield_set(&mail, "A", "c", 1), 0, "another");
	is_header("A: c\n", 1, "is one");
	mail.changed = 0;
	strcpy(f.id, "u7");
	strcpy(f.domain, "a.example");
	is_num(fixfield_message_id(&mail, &f), 0, "a Message-ID");
	is_header("A: c\nMessage-ID: <u7@a.example>\n", 1, "is put in");
	mail.changed = 0;
	is_num(fixfield_changed(&mail, 1), 0, "changed by somebody");
	is_num(mail.changed, 1, "noted");
	buf_free(&header);
	return done();
}
