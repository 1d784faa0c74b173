using Bellman.Numerics;

namespace Bellman.Testing.Tests;

/// <summary>The environment assertion passes on sound environments and throws the checker's report on others.</summary>
public sealed class EnvironmentAssertTests
{
    private static readonly EnvironmentCheckSettings Quick = new() { Steps = 200, Episodes = 20 };

    [Fact]
    public void SoundEnvironment_Passes_AndTellsItsFigures()
    {
        var report = EnvironmentAssert.IsSound("CartPole-v1", settings: Quick);
        Assert.Equal(20, report.RandomPlay!.Episodes);
        Assert.Equal("Coin", EnvironmentAssert.IsSound(() => new Coin(1, allocates: false), Quick).Environment);
    }

    [Fact]
    public void Error_IsThrownAsTheReport()
    {
        var thrown = Assert.Throws<BellmanAssertionException>(() => EnvironmentAssert.IsSound(() => new Coin(double.NaN, allocates: false), Quick));
        Assert.Contains("error reward-finite", thrown.Message);
        Assert.Contains("mend:", thrown.Message);
    }

    [Fact]
    public void Warning_IsThrown_UnlessItIsAccepted()
    {
        var thrown = Assert.Throws<BellmanAssertionException>(() => EnvironmentAssert.IsSound(() => new Coin(1, allocates: true), Quick));
        Assert.Contains("warning step-allocates", thrown.Message);
        EnvironmentAssert.IsSound(() => new Coin(1, allocates: true), Quick, except: "step-allocates");
    }

    [Fact]
    public void Error_CannotBeAccepted() =>
        Assert.Throws<BellmanAssertionException>(() => EnvironmentAssert.IsSound(() => new Coin(double.NaN, allocates: false), Quick, except: "reward-finite"));

    /// <summary>Guess the coin that was just shown; five throws an episode.</summary>
    private sealed class Coin(double reward, bool allocates) : IEnvironment
    {
        private RandomStream stream = new(0);
        private int coin, steps;
        private object kept = "";

        public Space ObservationSpace { get; } = new DiscreteSpace(2);

        public Space ActionSpace { get; } = new DiscreteSpace(2);

        public void Reset(RandomStream random, RowWriter observation)
        {
            (stream, steps) = (random, 0);
            observation.Integers[0] = coin = random.Choice(2);
        }

        public StepResult Step(RowReader action, RowWriter observation)
        {
            var won = action.Integers[0] == coin;
            kept = allocates ? new int[3] : kept;
            observation.Integers[0] = coin = stream.Choice(2);
            return new StepResult(won ? reward : 0, ++steps == 5, false);
        }

        public void Dispose() => kept = "";
    }
}
