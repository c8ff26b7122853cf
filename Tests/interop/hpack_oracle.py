"""Oracle for HPACK: the library `hpack` from PyPI, driven line by line over standard input.

encode TABLE_SIZE NAME:VALUE ...   -> the block, in hex; names and values are hex, "!" marks
                                      a field that must never be indexed
decode HEX                         -> the fields, as above
limit SIZE                         -> the table size that the decoder allows, "ok"
One encoder and one decoder live as long as the process; anything wrong ends it.
"""

import sys

import hpack


def fields_of(words):
    for word in words:
        never = word.startswith("!")
        name, value = word.lstrip("!").split(":")
        kind = hpack.NeverIndexedHeaderTuple if never else hpack.HeaderTuple
        yield kind(bytes.fromhex(name), bytes.fromhex(value))


def main():
    encoder, decoder = hpack.Encoder(), hpack.Decoder()
    decoder.max_header_list_size = 1 << 20
    for line in sys.stdin:
        command, *words = line.split()
        if command == "encode":
            size = int(words[0])
            if size != encoder.header_table_size:
                encoder.header_table_size = size
            answer = encoder.encode(list(fields_of(words[1:])), huffman=size % 2 == 0).hex()
        elif command == "decode":
            headers = decoder.decode(bytes.fromhex("".join(words)), raw=True)
            answer = " ".join(
                ("" if header.indexable else "!") + header[0].hex() + ":" + header[1].hex()
                for header in headers
            )
        else:
            decoder.max_allowed_table_size = int(words[0])
            answer = "ok"
        print(answer, flush=True)


main()
