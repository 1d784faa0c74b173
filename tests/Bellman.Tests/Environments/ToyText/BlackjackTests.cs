using System.Text.Json;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Blackjack against Gymnasium's recorded hands and the exact values of an independent dynamic programme.</summary>
public sealed class BlackjackTests
{
    [Fact]
    public void ASeed_GivesGymnasiumsHands()
    {
        foreach (var hand in ToyTextTests.Lines("Blackjack-v1_rollouts.jsonl"))
        {
            using var environment = new Blackjack(hand.GetProperty("natural").GetInt32() != 0, hand.GetProperty("sab").GetInt32() != 0);
            Rows observation = new(environment.ObservationSpace.Layout, 1), action = new(environment.ActionSpace.Layout, 1);
            var random = new RandomStream(hand.GetProperty("seed").GetUInt64());
            environment.Reset(random, observation.Writer(0));

            // The recording dealt both hands once more after the reset, so they stand where the stream does when reset has drawn its cards, the suit and the picture.
            int[] cards = [.. Enumerable.Range(0, 4).Select(_ => Math.Min(random.Choice(13) + 1, 10))];
            Assert.Equal(Integers(hand.GetProperty("cards"))[..4], cards);
            environment.LoadState(Hands(cards));
            for (var t = 0; t < hand.GetProperty("actions").GetArrayLength(); t++)
            {
                action.Integers()[0] = hand.GetProperty("actions")[t].GetInt32();
                var result = environment.Step(action.Reader(0), observation.Writer(0));
                Assert.Equal(Integers(hand.GetProperty("obs")[t]), Seen(observation));
                Assert.Equal(hand.GetProperty("rewards")[t].GetDouble(), result.Reward);
                Assert.Equal(hand.GetProperty("terminated")[t].GetInt32() != 0, result.Terminated);
            }
        }
    }

    [Theory]
    [InlineData("sab", false, true)]
    [InlineData("plain", false, false)]
    [InlineData("natural", true, false)]
    public void OptimalValues_EqualTheExactOnes(string mode, bool natural, bool sab)
    {
        using var environment = new Blackjack(natural, sab);
        var reference = ToyTextTests.Read("Blackjack-v1_exact.json").GetProperty("modes").GetProperty(mode);
        var values = PlainPlanning.Solve(environment, 1);
        Assert.Equal(reference.Number("expected_start_value"), PlainPlanning.Start(environment, values), 1e-9);

        // The values of single hands are the same in all modes, and are kept with one of them.
        foreach (var row in ToyTextTests.Read("Blackjack-v1_exact.json").GetProperty("modes").GetProperty("sab").GetProperty("rows").EnumerateArray())
        {
            var state = Blackjack.StateOf(row[0].GetInt32(), row[1].GetInt32(), row[2].GetInt32() != 0);
            Assert.Equal(row[3].GetDouble(), PlainPlanning.Value(environment, values, 1, state, 0), 1e-9);
            Assert.Equal(row[4].GetDouble(), PlainPlanning.Value(environment, values, 1, state, 1), 1e-9);
        }
    }

    [Fact]
    public void Play_FollowsTheModel()
    {
        // Sticks at once: the mean reward is the model's value of that, within four standard errors.
        using var environment = new Blackjack();
        Rows observation = new(environment.ObservationSpace.Layout, 1), action = new(environment.ActionSpace.Layout, 1);
        var random = new RandomStream(9);
        var (sum, expected) = (0.0, 0.0);
        const int hands = 40_000;
        for (var i = 0; i < hands; i++)
        {
            environment.Reset(random, observation.Writer(0));
            expected += PlainPlanning.Value(environment, [], 1, environment.State, 0);
            sum += environment.Step(action.Reader(0), observation.Writer(0)).Reward;
        }

        Assert.Equal(expected / hands, sum / hands, 4 / Math.Sqrt(hands));
    }

    // Not revealed; two cards of the dealer's, two of the player's.
    private static BinaryReader Hands(int[] cards) => new(new MemoryStream([0, 2, (byte)cards[0], (byte)cards[1], 2, (byte)cards[2], (byte)cards[3]]));

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetInt32())];

    private static int[] Seen(Rows observation) => [observation.Integers(0)[0], observation.Integers(1)[0], observation.Integers(2)[0]];
}
