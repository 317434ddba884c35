#include "ship/stampname.h"
#include "tap.h"

int
main(void)
{
	char out[16];

	is_num(stampname_make("a/%Y-%m-%d", 1795309323, out, sizeof out), 0,
	    "a day");
	is_str(out, "a/2026-11-22", "is UTC's");
	is_num(stampname_make("%%%H", 0, out, sizeof out), 0, "a percent sign");
	is_str(out, "%00", "stands");
	is_num(stampname_make("123456789012345", 0, out, sizeof out), 0,
	    "just room");
	is_num(stampname_make("1234567890123456", 0, out, sizeof out), -1,
	    "one more");
	is_num(stampname_make("12345%Y-%m-%d", 0, out, sizeof out), 0,
	    "just room for a time");
	is_num(stampname_make("123456%Y-%m-%d", 0, out, sizeof out), -1,
	    "one more");
	is_num(stampname_make("", 0, out, sizeof out), -1, "nothing");
	is_num(stampname_make("%Y", INT64_MAX, out, sizeof out), -1,
	    "no calendar goes so far");
	return done();
}
