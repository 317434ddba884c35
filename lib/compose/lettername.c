#include "compose/letter.h"

const char *const letter_names[LETTER_MEMBERS] = { "from", "return-path", "to",
	"cc", "bcc", "reply-to", "subject", "text", "amp", "html", "headers",
	"attachments", "inline", "tags", "metadata", "tenant", "send-at",
	"expire", "priority", "key" };
