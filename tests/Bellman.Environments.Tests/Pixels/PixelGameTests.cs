using Bellman.Numerics;

namespace Bellman.Environments.Tests;

/// <summary>The games on pixels and small boards: the contract, what blind and clever players score, and that pictures show the game.</summary>
public sealed class PixelGameTests
{
    private static readonly EnvironmentRegistry Registry = Registered();

    public static TheoryData<string> Ids => ["Pong-v0", "PongState-v0", "Breakout-v0", "MiniBreakout-v0", "MiniCrossing-v0", "MiniInvaders-v0", "MiniGather-v0"];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Games_ShowThemselves(string id)
    {
        using var game = Registry.Make(id);
        Rows observation = new(game.ObservationSpace.Layout, 1), action = new(game.ActionSpace.Layout, 1);
        var random = new RandomStream(1);
        game.Reset(random, observation.Writer(0));
        HashSet<string> pictures = [];
        for (var t = 0; t < 30; t++)
        {
            var scene = new Scene();
            game.As<IDrawable>()!.Draw(scene);
            pictures.Add(SvgDrawing.Write(scene));
            game.ActionSpace.Sample(random, action.Writer(0));
            game.Step(action.Reader(0), observation.Writer(0));
        }

        Assert.True(pictures.Count >= 10, $"{pictures.Count} pictures differ");
    }

    [Fact]
    public void Pong_OpponentBeatsRandomPlay_ByTwentyToTwoOrMore()
    {
        var (agent, opponent) = Play((_, random) => random.Choice(3), games: 20);
        Assert.True(opponent >= 20 && agent <= 2, $"{opponent} to {agent}");
    }

    [Fact]
    public void Pong_IsWonByReturnsSteeperThanTheOpponentFollows_Alone()
    {
        // Whoever plays: a point is only won by a ball that goes down the court faster than the opponent's paddle.
        List<double> winners = [];
        Play((seen, _) => Towards(seen, 0), games: 2, limit: 8000, winners: winners);
        Play((_, random) => random.Choice(3), games: 20, winners: winners);
        Assert.True(winners.Count >= 20, $"{winners.Count}");
        Assert.All(winners, speed => Assert.InRange(speed, PongGame.OpponentSpeed, PongGame.MaximumSpeedY));
        var (agent, opponent) = Play((seen, _) => Towards(seen, 0.4), games: 4);
        Assert.True(agent == 21 && opponent <= 5, $"{agent} to {opponent}");
    }

    [Fact]
    public void Pong_PixelsShowWhatTheNumbersSay()
    {
        using IEnvironment pixels = new Pong(), numbers = new PongState();
        Rows image = new(pixels.ObservationSpace.Layout, 1), seen = new(numbers.ObservationSpace.Layout, 1);
        pixels.Reset(new RandomStream(3), image.Writer(0));
        numbers.Reset(new RandomStream(3), seen.Writer(0));
        var random = new RandomStream(4);
        for (var t = 0; t < 300; t++)
        {
            int[] action = [random.Choice(3)];
            Assert.Equal(pixels.Step(new RowReader(action), image.Writer(0)), numbers.Step(new RowReader(action), seen.Writer(0)));
            var own = Enumerable.Range(0, 84).Where(row => image.Bytes()[(row * 84) + 77] == 200).ToList();
            Assert.Equal(12, own.Count);
            Assert.Equal(4 + (38 * (seen.Floats()[0] + 1)), own.Average() + 0.5, 0.51);
            if (seen.Floats()[2] is > -0.7f and < 0.7f)
            {
                var ball = Enumerable.Range(0, 84 * 84).Where(pixel => image.Bytes()[pixel] == 255).ToList();
                Assert.Equal(4, ball.Count);
                Assert.Equal(42 * (seen.Floats()[2] + 1), ball.Average(pixel => pixel % 84) + 0.5, 0.51);
            }
        }
    }

    [Fact]
    public void Pong_StacksFourFrames_AsBytes()
    {
        using var environment = Registry.Make("Pong-v0");
        Assert.Equal("Box(0.0, 255.0, (84, 84, 4), uint8)", environment.ObservationSpace.ToString());
        Assert.Equal(["agent_score", "opponent_score"], environment.As<ISignals>()!.SignalNames);
    }

    [Fact]
    public void Breakout_RandomPlayScoresLittle_AndFollowingTheBallClearsWalls()
    {
        var random = Mean("Breakout-v0", (_, random) => random.Choice(3), games: 10);
        var following = Mean("Breakout-v0", (seen, _) => Follow(seen), games: 3);
        Assert.InRange(random, 0, 40);
        Assert.True(following >= 200, $"{following}, random {random}");

        // Looks at the newest of the four frames.
        static int Follow(ReadOnlySpan<byte> frames)
        {
            var (ball, paddle) = (-1.0, 0.0);
            for (var pixel = 0; pixel < 84 * 84; pixel++)
            {
                var value = frames[(pixel * 4) + 3];
                ball = value == 255 ? pixel % 84 : ball;
                paddle += value == 200 && pixel / 84 == 78 ? pixel % 84 / 12.0 : 0;
            }

            return ball < 0 || Math.Abs(ball - paddle) < 3 ? 0 : ball < paddle ? 1 : 2;
        }
    }

    [Theory]
    [InlineData("MiniBreakout-v0", 0.1, 3)]
    [InlineData("MiniInvaders-v0", 0.5, 12)]
    [InlineData("MiniGather-v0", 0.05, 3)]
    public void MiniGames_GiveRandomPlayALittle(string id, double least, double most)
    {
        var count = ((DiscreteSpace)Registry.Make(id).ActionSpace).Count;
        Assert.InRange(Mean(id, (_, random) => random.Choice(count), games: 200), least, most);
    }

    [Fact]
    public void MiniBreakout_FollowingTheBall_NeverMisses()
    {
        var score = Mean("MiniBreakout-v0", (seen, _) =>
        {
            var (paddle, ball, last) = (Find(seen, 0), Find(seen, 1), Find(seen, 2));

            // Where the ball will be, one column further on, once it is known which way it goes.
            var right = ball.Column == last.Column ? 0 : ball.Column - last.Column;
            var aim = ball.Row == 8 || right == 0 ? ball.Column : Math.Clamp(ball.Column + right, 0, 9);
            return paddle.Column < aim ? 2 : paddle.Column > aim ? 1 : 0;
        }, games: 3);
        Assert.True(score >= 30, $"{score}");
    }

    [Fact]
    public void MiniCrossing_WalkingStraightOn_ScoresAndLookingScoresMore()
    {
        var blind = Mean("MiniCrossing-v0", (_, _) => 1, games: 3);
        Assert.InRange(blind, 5, 90);
        Assert.Equal(0, Mean("MiniCrossing-v0", (_, _) => 2, games: 1));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Steps_AllocateNothing(string id)
    {
        using var environment = VectorEnvironment.From([Registry.Make(id), Registry.Make(id)], seed: 1);
        var step = new VectorStep(environment);
        var actions = new Rows(environment.ActionSpace.Layout, 2);
        environment.Reset(step);
        var before = 0L;
        for (var t = 0; t < 600; t++)
        {
            before = t == 300 ? GC.GetAllocatedBytesForCurrentThread() : before;
            actions.Integers()[0] = t % 3;
            environment.Step(actions, step);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static EnvironmentRegistry Registered()
    {
        var registry = new EnvironmentRegistry();
        BellmanEnvironments.Register(registry);
        BellmanEnvironments.Register(registry);
        return registry;
    }

    private delegate int Player<T>(ReadOnlySpan<T> seen, RandomStream random);

    private static (double Agent, double Opponent) Play(Player<float> player, int games, int limit = 20_000, List<double>? winners = null)
    {
        using var environment = new PongState();
        var observation = new Rows(environment.ObservationSpace.Layout, 1);
        RandomStream random = new(1), choices = new(2);
        var scores = new double[2];
        var sums = new double[2];
        for (var game = 0; game < games; game++)
        {
            environment.Reset(random, observation.Writer(0));
            StepResult result = default;
            for (var t = 0; t < limit && !result.Terminated; t++)
            {
                var speed = Math.Abs(observation.Floats()[5]) * PongGame.MaximumSpeedY;
                result = environment.Step(new RowReader([player(observation.Floats(), choices)]), observation.Writer(0));
                if (result.Reward > 0)
                {
                    winners?.Add(speed);
                }
            }

            environment.ReadSignals(scores);
            sums[0] += scores[0];
            sums[1] += scores[1];
        }

        return (sums[0] / games, sums[1] / games);
    }

    // Moves so that the ball will meet the paddle this far from its middle, in halves of the paddle; on the side away from the opponent.
    private static int Towards(ReadOnlySpan<float> seen, double edge)
    {
        var (own, other) = (4 + (38 * (seen[0] + 1)), 4 + (38 * (seen[1] + 1)));
        var (x, y) = (42 * (seen[2] + 1.0), 4 + (38 * (seen[3] + 1.0)));
        var (speedX, speedY) = (seen[4] * 2.4, seen[5] * 2.2);
        var arrival = y;
        if (speedX > 0)
        {
            // Folds the path back into the court.
            arrival = y + (speedY * Math.Max(0, 76 - x) / speedX) - 5;
            arrival = 5 + Math.Abs((((arrival % 148) + 148 + 74) % 148) - 74);
        }

        var target = arrival - (edge * 7 * (other < 42 ? 1 : -1));
        return Math.Abs(target - own) < 2 ? 0 : target < own ? 1 : 2;
    }

    private static double Mean(string id, Player<byte> player, int games)
    {
        using var environment = Registry.Make(id);
        var observation = new Rows(environment.ObservationSpace.Layout, 1);
        RandomStream random = new(1), choices = new(2);
        var sum = 0.0;
        for (var game = 0; game < games; game++)
        {
            environment.Reset(random, observation.Writer(0));
            StepResult result;
            do
            {
                result = environment.Step(new RowReader([player(observation.Bytes(), choices)]), observation.Writer(0));
                sum += result.Reward;
            }
            while (!result.Terminated && !result.Truncated);
        }

        return sum / games;
    }

    private static (int Row, int Column) Find(ReadOnlySpan<byte> board, int channel)
    {
        var channels = board.Length / 100;
        for (var cell = 0; cell < 100; cell++)
        {
            if (board[(cell * channels) + channel] != 0)
            {
                return (cell / 10, cell % 10);
            }
        }

        return (-1, -1);
    }
}
