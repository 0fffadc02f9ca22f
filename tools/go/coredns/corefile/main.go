// Reads a JSON list of Corefiles and prints what CoreDNS' own lexer and parser make of each.
package main

import (
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"log"
	"os"
	"strings"

	"github.com/coredns/caddy/caddyfile"
)

type token struct {
	Line int
	Text string
}

type reading struct {
	Tokens []token
	Blocks []caddyfile.ServerBlock
	// Hash is what the plugin reload publishes for the blocks.
	Hash string
	// Error is the parser's, empty where it takes the Corefile.
	Error string
}

func main() {
	log.SetOutput(os.Stderr)
	var corefiles []string
	if err := json.NewDecoder(os.Stdin).Decode(&corefiles); err != nil {
		log.Fatal(err)
	}
	readings := make([]reading, len(corefiles))
	for i, corefile := range corefiles {
		readings[i] = read(corefile)
	}
	if err := json.NewEncoder(os.Stdout).Encode(readings); err != nil {
		log.Fatal(err)
	}
}

func read(corefile string) reading {
	tokens := []token{}
	dispenser := caddyfile.NewDispenser("Corefile", strings.NewReader(corefile))
	for dispenser.Next() {
		tokens = append(tokens, token{dispenser.Line(), dispenser.Val()})
	}
	blocks, err := caddyfile.Parse("Corefile", strings.NewReader(corefile), nil)
	if err != nil {
		return reading{Tokens: tokens, Error: err.Error()}
	}
	encoded, err := json.Marshal(blocks)
	if err != nil {
		log.Fatal(err)
	}
	sum := sha512.Sum512(encoded)
	return reading{Tokens: tokens, Blocks: blocks, Hash: hex.EncodeToString(sum[:])}
}
