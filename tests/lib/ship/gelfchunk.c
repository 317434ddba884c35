#include "ship/gelfchunk.h"
#include "tap.h"

int
main(void)
{
	static const unsigned char id[GELFCHUNK_ID_BYTES] = "abcdefgh";
	struct buf out = { 0 };

	is_num(gelfchunk_count(20, 20), 1, "what fits goes as it is");
	is_num(gelfchunk_count(21, 20), 3, "one byte more: each has a head");
	is_num(gelfchunk_count(128 * 8, 20), 128, "128 chunks");
	is_num(gelfchunk_count(128 * 8 + 1, 20), 0, "one more");
	is_num(gelfchunk_put(&out, "0123456789abcdefghijklm", 23, 20, id, 0, 3),
	    0, "the first");
	ok(buf_len(&out) == 20 &&
		memcmp(buf_data(&out),
		    "\x1e\x0f"
		    "abcdefgh\0\3"
		    "01234567",
		    20) == 0,
	    "is full");
	buf_clear(&out);
	is_num(gelfchunk_put(&out, "0123456789abcdefghijklm", 23, 20, id, 2, 3),
	    0, "the last");
	ok(buf_len(&out) == 19 &&
		memcmp(buf_data(&out),
		    "\x1e\x0f"
		    "abcdefgh\2\3"
		    "ghijklm",
		    19) == 0,
	    "is what is left");
	buf_free(&out);
	return done();
}
