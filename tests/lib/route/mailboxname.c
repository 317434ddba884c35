/* whose mailbox a local address means */
#include "route/mailboxname.h"
#include "tap.h"

static const struct {
	const char *address, *user, *ext;
} names[] = {
	{ "Joe@example.org", "joe", "" },
	{ "joe", "joe", "" },
	{ "joe+a@example.org", "joe", "a" },
	{ "joe+a+b@example.org", "joe", "a+b" },
	{ "+a@example.org", "+a", "" },
	{ "\"joe b\"@example.org", "joe b", "" },
	{ "\"joe+b\"@example.org", "joe+b", "" },
	{ "\"a\\\"b\"@example.org", "a\"b", "" },
};

int
main(void)
{
	struct buf user = { 0 }, ext = { 0 };
	struct address a;
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		buf_clear(&user);
		buf_clear(&ext);
		address_set(&a, names[i].address, strlen(names[i].address));
		is_num(mailboxname(&a, &user, &ext), 0, names[i].address);
		buf_putc(&user, '\0');
		buf_putc(&ext, '\0');
		is_str(buf_data(&user), names[i].user, "user");
		is_str(buf_data(&ext), names[i].ext, "extension");
	}
	buf_free(&user);
	buf_free(&ext);
	return done();
}
