/* which fields name the recipients */
#include "mail/rcptfields.h"
#include "tap.h"

static int
is(const char *name, int resent)
{
	return rcptfields_is(name, strlen(name), resent);
}

static int
resent(const char *header)
{
	return rcptfields_resent(header, strlen(header));
}

int
main(void)
{
	ok(is("tO", 0) && is("Cc", 0) && is("Bcc", 0), "fields");
	ok(!is("From", 0) && !is("Resent-To", 0) && !is("", 0) && !is("T", 0),
	    "others");
	ok(is("resent-cc", 1) && is("Resent-Bcc", 1), "of one sent again");
	ok(!is("To", 1) && !is("Resent-", 1) && !is("Resent-From", 1),
	    "and no others");
	ok(resent("To: a\nResent-Cc: b\n"), "resent");
	ok(!resent("To: a\n") && !resent(""), "not");
	ok(!resent("To: a\nResent-Cc:\n"), "one that says nothing");
	ok(resent("To: a\nno field\nResent-Cc: b\n"), "further down");
	ok(!resent("To: a\n\nResent-Cc: b\n"), "not in the body");
	return done();
}
